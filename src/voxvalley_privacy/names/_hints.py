"""What the name of an unknown field says about its value."""

from __future__ import annotations

import re

from ..vocabulary import DataCategory as C

__all__ = ["FIELD_NAME", "KEY_WORDS", "TOKEN_NAME", "hint"]

# Patterns that read the names of fields
# --------------------------------------------------------------------------------------------------

# A text that can be the name of a field; one with a number in it is not taken for one.
FIELD_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z_. -]|[0-9](?![0-9]{3})){0,63}")

# The words of a name: `callerIdName`, `X-API-Key`, `from_number`, `sMobNu`.
KEY_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# One of our tokens, where a number was a key or the first of a pair: its kind is no name of a field.
TOKEN_NAME = re.compile(r"[A-Z][b-df-hj-np-tv-z]{24}")


# What the name of an unknown field says about its value
# --------------------------------------------------------------------------------------------------

# Whole names, folded to lower case without separators.
_NAMES: dict[str, C] = {}
# Single words of a name: `customer_phone`, `remoteNumber`, `X-Api-Key`.
_WORDS: dict[str, C] = {}


def _table(target: dict[str, C], category: C, names: str) -> None:
    target.update(dict.fromkeys(names.split(), category))


_table(
    _NAMES,
    C.PARTY_NUMBER,
    "from to src dst source destination caller callee called calling ani dnis cli cld did rdnis cid clip anumber bnumber "
    "aparty bparty callerid calleeid callingpartynumber calledpartynumber recipient recipients sender receiver "
    "originator owner contactnumber tel tn extension ext forwardedfrom",
)
_table(
    _NAMES,
    C.PERSON_NAME,
    "callername calleename cnam displayname firstname lastname fullname givenname familyname surname middlename nickname "
    "contactname customername personname subscribername profilename calleridname calleeidname calledname "
    "callingname membername agentname recipientname sendername fname lname",
)
_table(
    _NAMES,
    C.CREDENTIAL,
    "apikey accesskey secretkey privatekey authkey authtoken accesstoken refreshtoken idtoken sessiontoken sessionid "
    "sessionkey clientsecret appsecret apisecret passhash passphrase authorization proxyauthorization xapikey cookie "
    "setcookie csrftoken xcsrftoken nonce cnonce ha1 sas sharedsecret signingkey encryptionkey keymaterial pin pincode",
)
_table(_NAMES, C.NAME_ADDR, "clid callerinfo pai ppi passertedidentity remotepartyid")
_table(
    _NAMES,
    C.SUBSCRIBER_ID,
    "imsi login loginid username userid user authuser subscriberid accountuser uid",
)
_table(
    _NAMES,
    C.DEVICE_ID,
    "imei imeisv iccid mac macaddress deviceid devicetoken pushtoken fcmtoken apnstoken udid instanceid",
)
_table(
    _NAMES,
    C.CONTENT,
    "body text message content msg sms transcript transcription transcriptiontext subject caption speech",
)
_table(
    _NAMES,
    C.LOCATION,
    "lat lon lng latitude longitude location address street streetaddress zip zipcode postcode postalcode",
)
_table(_NAMES, C.DTMF, "digits dtmf keypad keypresses signal")
_table(_NAMES, C.CHANNEL_NAME, "channel dstchannel channelname channame peer")
_table(_NAMES, C.RAW_MESSAGE, "lastdata appdata sdp rawmessage rawsip siptrace")
_table(_NAMES, C.DATE_OF_BIRTH, "dob birthdate dateofbirth birthday")
_table(_NAMES, C.US_SSN, "ssn socialsecuritynumber")
_table(_NAMES, C.PAYMENT_CARD, "pan cardnumber cardno creditcard ccnumber")
_table(_NAMES, C.IBAN, "iban")
_table(_NAMES, C.ONE_TIME_CODE, "otp otpcode onetimecode verificationcode cvv cvc")
_table(_NAMES, C.USER_AGENT, "useragent ua")
_table(_NAMES, C.HOST, "host hostname domain fqdn realm")
_table(
    _NAMES,
    C.TIMESTAMP,
    "start end answer answered created updated timestamp ts at time date starttime endtime expires expiry",
)
_table(
    _NAMES,
    C.DURATION,
    "duration billsec seconds secs ms size bytes count segments numsegments length total limit page offset port",
)
_table(_NAMES, C.PRICE, "price cost amount rate fee balance charge")
_table(
    _NAMES,
    C.RECORD_ID,
    "id uuid sid callid callsid callid messageid messagesid requestid traceid spanid uniqueid linkedid guid",
)

_table(
    _WORDS,
    C.PARTY_NUMBER,
    "phone phones msisdn mobile cell cellphone telephone tel fax whatsapp did e164",
)
_table(
    _WORDS,
    C.CREDENTIAL,
    "password passwd pwd secret token credential credentials apikey authtoken bearer authorization passcode",
)
_table(_WORDS, C.EMAIL_ADDRESS, "email mail mailbox emailaddress")
_table(_WORDS, C.IP_ADDRESS, "ip ipaddr ipaddress ipv addr")
_table(_WORDS, C.RECORDING, "recording recordingurl")
_table(_WORDS, C.MEDIA_URL, "mediaurl media attachment")
_table(_WORDS, C.DEVICE_ID, "imei iccid")
_table(_WORDS, C.SUBSCRIBER_ID, "imsi")
_table(_WORDS, C.CONTENT, "body transcript")
_table(_WORDS, C.DTMF, "dtmf")
_table(_WORDS, C.LOCATION, "latitude longitude gps")
_table(
    _WORDS,
    C.TIMESTAMP,
    "time date timestamp at epoch stamp ts when started ended created updated expires",
)
_table(
    _WORDS,
    C.DURATION,
    "duration seconds secs ms msec usec usecs count size bytes packets octets length billsec elapsed ttl",
)
_table(_WORDS, C.PRICE, "price cost amount rate fee balance")
_table(_WORDS, C.RECORD_ID, "id uuid sid")

# `phone_number_sid` is an id, `number_of_calls` a count: the last word that says so wins over the others.
_COUNTS = frozenset({"id", "sid", "uuid", "count", "type", "status", "state", "code", "country", "carrier", "format", "index",
                     "seq", "sequence", "version", "kind", "size", "total", "enabled"})  # fmt: skip

# `state_number`, `Event-Calling-Line-Number`: numbers of things, not of phones.
_ORDINALS = frozenset({"state", "line", "port", "sequence", "seq", "page", "row", "version", "build", "part", "serial", "order",
                       "index", "frame", "packet", "ticket", "case", "attempt", "retry", "cseq"})  # fmt: skip

_PEOPLE = frozenset({"caller", "callee", "called", "calling", "contact", "customer", "person", "subscriber", "sender", "recipient",
                     "agent", "member", "user", "display", "first", "last", "full", "id"})  # fmt: skip


def _by_last(words: list[str]) -> C | None:
    """Read names that end in what they are: `orig_caller_id_name`, `destination_number`, `line_number`."""
    if words[-1] == "name" and not _PEOPLE.isdisjoint(words[-3:-1]):
        return C.PERSON_NAME
    if words[-1] in ("number", "caller", "callee") and words[-2] not in _ORDINALS:
        return C.PARTY_NUMBER
    return None


def hint(key: str, /) -> C | None:
    """
    Return the category that a field's name suggests, or None.

    Case and separators do not matter: `X-API-Key`, `x_api_key` and `xApiKey` are one name.
    """
    if len(key) > 100 or (len(key) > 24 and TOKEN_NAME.search(key) is not None):
        return None
    words = [word.lower() for word in KEY_WORDS.findall(key)]
    whole = "".join(words)
    found = _NAMES.get(whole)
    if found is None and "sip" in words and ("uri" in words or "address" in words):
        found = C.SIP_URI
    if found is not None:
        return found
    pairs = ["".join(words[i : i + 2]) for i in range(len(words) - 1)]
    if any(
        _WORDS.get(word) is C.CREDENTIAL or _NAMES.get(word) is C.CREDENTIAL
        for word in (*words, *pairs)
    ):
        # `token_count` counts; whatever else has such a word in its name is not shown.
        return C.DURATION if words[-1] in ("count", "size", "length") else C.CREDENTIAL
    if words and words[-1] in _COUNTS:
        return _WORDS.get(words[-1])
    if len(words) > 1 and (by_last := _by_last(words)) is not None:
        return by_last
    for name in reversed(pairs):
        if (found := _NAMES.get(name)) is not None:
            return found
    for word in reversed(words):
        if (found := _WORDS.get(word)) is not None:
            return found
    return None
