"""The words that policies, schemas and rules share: closed enums, one line each."""

from __future__ import annotations

from enum import StrEnum, unique

__all__ = ["Audience", "Channel", "ContentKind", "DataCategory", "LogKind", "Purpose"]


@unique
class DataCategory(StrEnum):
    """The kinds of data that a field or a piece of text can hold."""

    # Field categories: what a record schema says of a field.
    PARTY_NUMBER = "PARTY_NUMBER"  # phone number or address of either side of a call or message
    END_USER_NUMBER = "END_USER_NUMBER"  # phone number of the end user's side
    OWN_NUMBER = "OWN_NUMBER"  # phone number or sender id that the customer owns
    FORMATTED_NUMBER = "FORMATTED_NUMBER"  # display copy of a number
    PERSON_NAME = "PERSON_NAME"  # a person's name, caller name, display name
    SIP_URI = "SIP_URI"  # sip:, sips: or tel: address
    NAME_ADDR = "NAME_ADDR"  # name and number in one value, as Asterisk's clid
    CHANNEL_NAME = "CHANNEL_NAME"  # switch channel that embeds a number, extension or host
    IP_ADDRESS = "IP_ADDRESS"  # IPv4 or IPv6 address, with or without a port
    HOST = "HOST"  # host or domain name of equipment
    CONTENT = "CONTENT"  # message body, transcript, spoken text
    MEDIA_URL = "MEDIA_URL"  # address of an attachment
    RECORDING = "RECORDING"  # a recording, its address or file name
    CREDENTIAL = "CREDENTIAL"  # password, token, key, digest response
    DTMF = "DTMF"  # keypad digits
    PRICE = "PRICE"  # amount of money
    TIMESTAMP = "TIMESTAMP"  # point in time
    DURATION = "DURATION"  # length of time, or a volume
    DEVICE_ID = "DEVICE_ID"  # IMEI, MAC, push token, instance id
    USER_AGENT = "USER_AGENT"  # device or software string
    SUBSCRIBER_ID = "SUBSCRIBER_ID"  # IMSI, login, user id
    LOCATION = "LOCATION"  # fine location: coordinates, cell, address
    REGION = "REGION"  # coarse location or network: country, city, carrier
    RECORD_ID = "RECORD_ID"  # opaque id of a call or message
    CALL_ID = "CALL_ID"  # id that can hold a host, an address or a number: Call-ID
    ACCOUNT_ID = "ACCOUNT_ID"  # id of the customer's account or configuration
    STATUS = "STATUS"  # state, code, codec: technical
    FREE_TEXT = "FREE_TEXT"  # text whose content the customer defines
    URL = "URL"  # callback or resource address
    RAW_MESSAGE = "RAW_MESSAGE"  # raw message, nested blob, dial string
    CONSENT_SIGNAL = "CONSENT_SIGNAL"  # opt-in, opt-out, privacy header
    CONTENT_HASH = "CONTENT_HASH"  # hash of content

    # Finder categories: what a finder sees in text.
    PHONE_NUMBER = "PHONE_NUMBER"  # a phone number in text
    EMAIL_ADDRESS = "EMAIL_ADDRESS"  # an e-mail address
    PAYMENT_CARD = "PAYMENT_CARD"  # 13 to 19 digits of a card, with typos too
    IBAN = "IBAN"  # international bank account number
    IMEI = "IMEI"  # mobile equipment id
    IMSI = "IMSI"  # mobile subscriber id
    ICCID = "ICCID"  # SIM card id
    MAC_ADDRESS = "MAC_ADDRESS"  # hardware address
    ONE_TIME_CODE = "ONE_TIME_CODE"  # verification code in its context
    AADHAAR = "AADHAAR"  # India's resident number
    INDIA_PAN = "INDIA_PAN"  # India's tax number
    UPI_ID = "UPI_ID"  # India's payment address
    US_SSN = "US_SSN"  # United States social security number
    COORDINATES = "COORDINATES"  # latitude and longitude
    DATE_OF_BIRTH = "DATE_OF_BIRTH"  # a date that the text calls a birth date

    NATIONAL_ID = "NATIONAL_ID"  # tax number, identity card, passport of a person
    PERSON_ATTRIBUTE = "PERSON_ATTRIBUTE"  # what a person is: gender, age, marital status
    UNKNOWN = "UNKNOWN"  # nothing is known of it; treated as personal


@unique
class Audience(StrEnum):
    """Who will read what a policy lets through, from the closest to the farthest."""

    SUPPORT = "support"
    DEBUG = "debug"
    BILLING = "billing"
    ANALYTICS = "analytics"
    SHARE = "share"
    PUBLIC = "public"


@unique
class Purpose(StrEnum):
    """Why data of a person is used; a consent names one of these or a dotted child of it."""

    SERVICE = "service"
    SECURITY = "security"
    BILLING = "billing"
    LEGAL = "legal"
    SUPPORT = "support"
    IMPROVE = "improve"
    ANALYTICS = "analytics"
    MARKETING = "marketing"
    MARKETING_SMS = "marketing.sms"
    MARKETING_VOICE = "marketing.voice"
    MARKETING_EMAIL = "marketing.email"
    ADVERTISING = "advertising"
    TRACKING = "tracking"
    TRAIN_AI = "train_ai"
    RECORDING = "recording"
    DISCLOSURE = "disclosure"
    SALE = "sale"


@unique
class Channel(StrEnum):
    """How a person is reached."""

    SMS = "sms"
    MMS = "mms"
    RCS = "rcs"
    WHATSAPP = "whatsapp"
    VOICE = "voice"
    EMAIL = "email"
    PUSH = "push"


@unique
class ContentKind(StrEnum):
    """The kinds of content that a cached copy can hold."""

    PHONE_NUMBER = "phone_number"
    TELEPHONE_IDENTIFIER = "telephone_identifier"
    MEDIA = "media"
    XML = "xml"
    TEXT = "text"


@unique
class LogKind(StrEnum):
    """Which of the app's logs a record is written to."""

    CALL = "call"
    NOTIFICATION = "notification"
    BILLING = "billing"
    DEBUG = "debug"
    APP_REQUEST = "app_request"
    APP_RESPONSE = "app_response"
    ACCESS = "access"
    SIP_TRACE = "sip_trace"
    RECORDING = "recording"
