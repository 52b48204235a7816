"""
Words that decide nothing by themselves, but decide what the words beside them mean.

Each list is sorted; the comment above it says why its words are together.
"""

from __future__ import annotations

__all__ = [
    "ADDRESSES",
    "BY_THINGS",
    "CODE_HEADS",
    "ENUMERATED",
    "FAINT",
    "FORMS",
    "HASHES",
    "LOOSE_NAMES",
    "MODIFIERS",
    "NAME_HEADS",
    "NEUTRAL",
    "NOT_ALONE",
    "NUMBER_HEADS",
    "OF_PARTIES",
    "OF_PEOPLE",
    "PHONE_WORDS",
    "SECRETS",
    "SWITCHES",
    "UNOWNED",
    "WEAK",
    "WRAPPERS",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Behind a noun these change how its value is written or which of several it is, not what it is:
# `phone_e164`, `email2`.
MODIFIERS = _words(
    """
    again aliases alt arr array b bak c clean cleaned col confirm confirmation copy crypt
    current data dec decoded deg enc encoded encrypted field formatted full hex home html in
    info information input item items kana kanji latest ligne linea linha list local main masked
    new norm normalized old optional orig original out output override param part personal plain
    prev previous primary private rad raw regel repeat romaji sanitized secondary str string
    temp tmp unmasked val value values var wiersz work x y zeile かな カナ
    """
)

# A name that begins so is a switch or a count, whatever follows: `has_password`, `max_tokens`.
SWITCHES = _words(
    """
    allow allows can count disable disabled do does enable enabled enforce exclude force has
    have hide include includes is max maximum min minimum must require required requires should
    show skip supports total use uses validate was were will
    """
)

# Nouns that only say "name": the word beside them decides whose.
NAME_HEADS = _words(
    """
    ad adi displayname friendlyname fullname ime isim ism jmeno mei meno mingcheng mingzi naam
    nama namae name names namn navn naziv nev nimi nm nme nom nombre nome nume onoma 名 명
    """
)

# Kinds of names that things have, too; first and last names only people have.
LOOSE_NAMES = _words(
    """
    display formatted friendly full local screen source
    """
)

# Nouns that only say "number": the word beside them decides of what.
NUMBER_HEADS = _words(
    """
    bangou broj cislo hao haoma nambar nmbr no nombor nomor nr num number numbers numer numero
    nummer sankhya 号 号码 番号 번호
    """
)

# Between a name and what it is of these add nothing: `queue_display_name`.
NEUTRAL = _words(
    """
    alternate and attributes billing body business da data de default del della den der des
    destination details di display do du e effective emergency en english entry et external fax
    first formatted friendly from full given i id identity inbound info internal item la last le
    legal line local long middle native new object of old original outbound payload preferred
    primary profile real record remote requested result screen second secondary shipping short
    source the
    to translated und value values van verified von y
    """
)

# Records whose own name adds nothing: the name above them is the parent that counts.
WRAPPERS = _words(
    """
    attr attributes body changes content data detail details effective element entry event
    fields info item items list meta node object objects params payload properties record
    records ref resource response result results row rows value values variables
    """
)

# Where nothing else is beside them, names beside these are of people: `profile.name`.
UNOWNED = _words(
    """
    billing destination from identity profile remote requested shipping source to verified
    """
)

# What a name is of, when it is the name of a person; many of them stand for the person by
# themselves.
OF_PEOPLE = _words(
    """
    abonne absender act actor address addressee adherent adhyapak admin administrator
    advisor agent agente alici alumno aluna aluno anggota anne anrufer ansprechpartner
    anstalld answerer appelant applicant approver arayan artist arzt asegurado asiakas
    assicurato assignee assigner assistant assure attendee author authors ayah baba backer
    bearbeiter bearer beneficiary benh benutzer besteller bidder billing billto bingren
    buddy buyer cached calisan called callee caller calling candidate cardholder cardowner
    caregiver carer caretaker cashier chatra chengke chiamante child citizen claimant clerk
    client cliente clientes clients clinician cliniker cnam cnt co coach collaborator
    colleague commenter committer companion conjoint connected consultant consumer contact
    contacto contactpersoon contacts contato contatto conyuge cosigner counselor courier
    creator creditor csr cstmr cust customer customers debtor declarant defendant delegate
    dentist dependent destinataire destinatario dialer dipendente display docente doctor
    doktor donor drawee drawer driver dst dzwoniacego editor elev eleve eltern emp
    empfaenger empfanger empleado employee employees enduser enrollee enseignant expediteur
    expert extension fahrer father follower friend from full funcionario gakusei gast
    gebruiker given gonderen grahak grantee guarantor guardian guardiao guest hasta heir
    hirer holder hospede hote huanzhe huesped huiyuan husband huurder ibu individual inhaber
    inquilino instructor insured interpreter intestatario invitee inviter jiazhang jijianren
    judge kanja karmchari karyawan kehu keren khach kin klant klient klienta klijent kokyaku
    kontakt kontaktperson kontaktu kund kunde kunden kundens lakare landlord laoshi lawyer
    lead leads learner legal lehrer lekar lekarz lessee lianxiren lid lidb locataire
    locatario lodger madre mae maiden mailing manager mareez mata matki medecin medewerker
    medico medlem member members mentor mere mieter misafir mitarbeiter mitglied moderator
    mother musteri nadawcy nauczyciel nguoi nominee nurse nutzer occupant odbiorcy officer
    ogrenci ogretmen ojca opener operatore organizer originator ospite ouder owner owners
    pacient pacienta paciente pacjenta pacjentki padre pai parent participant participants
    party pasajero pasazer pasien passageiro passager passagier passeggero passenger pati
    patient patienten patientin patients patni pax payee payer paziente pelanggan penerima
    pengirim people pere person personal personel persons physician pita plaintiff player
    policyholder polzovatelya pracownik pracownika practitioner preferred presence presenter
    professor prospect provider pt pupil purchaser pusher rabotnik real receiver
    receptionist recipient recipients referente registrant relative remetente remitente
    remitter remote renter rep reporter representative requester requestor resident
    respondent responder responsavel reviewer rider rodic rodzic rogi roommate roster
    sadasya salarie schuler seller sender sendername shain shikshak shipper shipping shipto
    shopper shouhuoren shoujianren sibling signatory signer singer siswa socio soldier
    sotrudnik sotrudnika source speaker spouse src staff stagiaire stazysta student subject
    subscriber subscribers supervisor supporter surname teacher technician teilnehmer tenant
    tester therapist titular to trainee trainer traits transferee transferer traveler
    traveller true tutor tutore ucenik ucitel uczen ucznia ugyfel user users usr usuario
    utente utilisateur uye uzytkownika vard vcard veli vendee versicherter victim vidyarthi
    visitor volunteer voogd voter voyageur watcher werknemer wife winner witness worker
    writer xuesheng yetkili yisheng yolcu yonghu yuangong zakaznik zakaznika zamestnance
    zdravotnik 会員 利用者 客户 患者 担当 担当者 発信者 着信者 社員 顧客 고객
    """
)

# Of these, the ones that by themselves can be a machine, a group or a thing.
NOT_ALONE = _words(
    """
    act actor address artist assistant billing buddy by cached called calling clerk client
    clients co committer connected consumer contact contacts cust display dst emp extension from
    full given instructor judge lead leads legal lidb mailing manager operatore parent personal
    player preferred presence provider pt pupil pusher real remote rider roster shipping singer
    soldier source src subject surname tenant tester to traits true user users usr vcard voter
    watcher worker
    """
)

# What a number is of, besides people, when it is the number of a phone.
PHONE_WORDS = _words(
    """
    a alternate ani anrufende answering assigned b bridged business call callback canonical cell
    celular cep cld cli clid contactable destination dialed dialing dialled did direct disp
    displayed dnis e164 emergency endpoint esme external fax format forwarded forwarding free
    gerufene gsm handy home hotline inbound incoming internal international landline linked
    local mobil mobile movil msisdn my national notfall office optedout original originating
    other outbound outgoing paired peer phone primary proxy quell rcpt reachable redirect
    redirected redirecting registered sc secondary show signal sip sms submitted target tel
    telefon telefone telefono telefoon telephone term terminating tn transfer transferred
    translated twilio valid verified via virtual voip volajici volane wa whatsapp work ziel 主叫
    発信 着信 被叫 발신 수신
    """
)

OF_PARTIES = OF_PEOPLE | PHONE_WORDS

# Words that mean something personal only as a whole name: `to` is a party, `valid_to` is not.
WEAK = _words(
    """
    about ad adi adr age agent alter answer ar authentication author authorize bio birth
    building by cap challenge change channel cif cim cip ck cli community contact customer da
    dest destination dic din disability dom dst education em ethnic family flat fn from genre
    given hair handle heading height html ik il ime inn interest interests kc ki kind kk kon
    label lan land landmark ling logo long media mei mi mid min nai nem nev nick nie nik nim nip
    nir nome oa om on operator origen origin origine owner participant pec peer pol portal
    position premise profile quote race raw rc reply reset residence rg rib route rt run rut say
    sc see sei sex shi sig sip skin source speech src stamp station str sub subject suite tag
    tags taj tan titel titre to toes tones track ud vek via vin voie weight xing xm yas yx
    """
)

# Words that are believed at the end of a name, not inside: `tokens_in`, `authentication_flows`.
FAINT = _words(
    """
    authentication authorize called calling cookie cookies digits signature token tokens
    """
)

# A hash of what is personal is as personal: it can be found by trying.
HASHES = _words(
    """
    256 digest hash hashed md5 sha1 sha256 sha512
    """
)

# `created_by` is a person, `sorted_by` a column, `released_by` a side of the call.
BY_THINGS = _words(
    """
    disconnected ended filtered followed grouped hangup hung limited ordered released served
    sorted terminated
    """
)

# Secrets that stay so whatever form follows them.
SECRETS = _words(
    """
    authcode credential credentials passphrase passwd password privatekey secret
    """
)

# Words behind a secret that say in what form it is.
FORMS = _words(
    """
    code config content data description file info key object path string text uri url value
    """
)

# Nouns that say where something is: what is before them says what.
ADDRESSES = _words(
    """
    href link links uri uris url urls
    """
)

# Values of enumerations that stand in fields named after what they are about: `channel: sms`,
# `ip_protocol: udp`.
ENUMERATED = _words(
    """
    active admin agent all answered any api app audio auto both browser bulk busy call called callee
    caller calling canceled cancelled completed connected customer default delivered disabled
    email enabled external failed false fax group high home http https in inactive inbound
    incoming internal landline local low medium mms mobile mono n/a na new no none normal null
    off office ok on onhold other out outbound outgoing pending phone play primary pstn public push
    queued rcs read received ringing rtp secondary sent silent sip sms srtp standard stereo stopped
    stream system tcp text tls true udp undefined unknown unverified user verified viber video
    disconnected established hangup held idle initiated proceeding terminated
    voice voicemail voip web webhook webrtc whatsapp work ws wss yes
    """
)

# Nouns that only say "code": a code of a person is their id.
CODE_HEADS = _words(
    """
    cod code codes codice codigo kod kode kodo kodu koodi
    """
)
