"""Words that decide nothing by themselves, but decide what the words beside them mean."""

from __future__ import annotations

__all__ = ["MODIFIERS", "NAME_HEADS", "NEUTRAL", "NUMBER_HEADS", "OF_PARTIES", "OF_PEOPLE", "SWITCHES", "WEAK", "WRAPPERS"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Behind a noun these change how its value is written or which of several it is, not what it is: `phone_e164`, `email2`.
MODIFIERS = _words(
    "aliases alt again arr array b bak c clean cleaned col confirm confirmation copy data current crypt dec decoded default1 enc "
    "encoded encrypted field formatted full hex home html in info information input item items kana kanji latest list local main masked new norm "
    "normalized old optional orig original out output override param part personal prev previous primary private raw repeat romaji "
    "sanitized secondary str string temp text1 tmp unmasked val value values var work x y"
)

# A name that begins so is a switch or a count, whatever follows: `has_password`, `num_media`.
SWITCHES = _words(
    "allow allows can count did1 disable disabled do does enable enabled enforce exclude force has have hide include includes "
    "is max maximum min minimum must no1 num1 number1 require required requires should show skip supports total use uses "
    "validate verify1 was were will"
)

# Heads that only say "name" and "number": the word beside them decides.
NAME_HEADS = _words(
    "adi ad displayname friendlyname fullname ime ism isim jmeno meno mingcheng mingzi naam nama namae name names namn navn "
    "naziv nev nimi nom nombre nome nume onoma"
)
NUMBER_HEADS = _words("number numbers num no nr numero numer nummer nambar nomor cislo broj haoma hao bangou sankhya nombor nmbr")

# Between a noun and what it is of these add nothing: `agent.data.name`, `queue_display_name`.
NEUTRAL = _words(
    "alternate attributes billing body data default destination details display english entry first formatted friendly from "
    "full given info identity item last legal line local long middle native new object old original payload preferred primary "
    "profile real record remote result screen second secondary short source the to translated user1 value values effective "
    "external internal primary shipping id caller1 emergency contact1 outbound inbound fax business verified"
)

# What a name is of, when it is the name of a person.
OF_PEOPLE = _words(
    """
    address addressee from to src dst source remote true cached act actor provider shipping billing account1 addressee admin administrator advisor agent answerer applicant appelant approver artist assignee assigner attendee
    author authors beneficiary bearer buyer called callee caller calling candidate cardholder child citizen client clients clinician
    cnam coach cnt collaborator colleague connected contact contacts consultant counselor creator customer customers debtor
    delegate dependent doctor donor driver editor employee employees enduser expert father follower friend grantee guarantor
    guardian guest heir holder host1 husband individual insured inviter invitee kin landlord lawyer lead leads learner manager
    member members mother nominee nurse occupant officer operator1 organizer owner owners parent1 participant participants
    partner1 party passenger patient patients payee payer people person persons personal player practitioner presenter
    principal1 prospect provider1 purchaser receiver recipient recipients relative rep reporter representative requester
    requestor resident respondent responder reviewer sender sendername shopper sibling signatory signer speaker spouse staff
    student subscriber subscribers supervisor surname teacher tenant1 tester therapist trainee trainer transferee transferer
    traveler user users vendee victim visitor volunteer wife winner witness worker writer display full given legal maiden
    preferred real cardowner shipto billto commenter moderator dialer subject1 actor
    anrufer ansprechpartner besteller empfaenger empfanger kunde kunden klient nutzer benutzer patient absender mitarbeiter
    bearbeiter teilnehmer inhaber mitglied eltern fahrer versicherter schuler lehrer
    cliente clientes contacto titular paciente empleado usuario alumno remitente destinatario padre madre conyuge socio agente
    contact1 adherent patient1 conjoint pere mere utilisateur abonne salarie eleve medecin appelant destinataire expediteur
    contatto paziente dipendente utente referente intestatario chiamante socio1 padre1
    contato paciente1 funcionario responsavel mae pai aluno medico remetente titular1
    klant patient2 medewerker contactpersoon gebruiker lid
    klienta klient kontaktu pacjenta matki ojca pracownika uzytkownika dzwoniacego nadawcy odbiorcy ucznia
    kund kunde1 kontakt kundens asiakas anstalld medlem
    musteri hasta anne baba alici gonderen personel kullanici1 yetkili arayan calisan uye ogrenci
    zakaznik zakaznika ugyfel korisnika1 klijent client2 pacient pacienta
    grahak pita mata pati patni karmchari rogi sadasya vidyarthi
    kehu yonghu huanzhe yuangong xuesheng jiazhang lianxiren huiyuan shouhuoren shoujianren jijianren kokyaku kanja shain
    pelanggan pasien karyawan ibu ayah siswa anggota penerima pengirim khach benh
    """
)

# What a number is of, when it is the number of a phone.
OF_PARTIES = OF_PEOPLE | _words(
    "alternate answering call assigned business calling called contactable destination dialed dialled dialing displayed emergency "
    "endpoint external fax forwarded forwarding from home hotline inbound incoming internal international landline local "
    "mobile msisdn my national office original originating other outbound outgoing phone primary remote secondary sms source "
    "submitted target tel telephone terminating to transfer transferred virtual voip whatsapp wa work telefon telefono "
    "telefone telefoon movil celular handy mobil cep gsm linked paired proxy translated redirecting redirected registered "
    "reachable personal verified valid caller calling1 callback sip bridged optedout cell format e164 did tn free twilio signal"
)

# Records whose own name adds nothing: the name above them is the parent that counts.
WRAPPERS = _words(
    "attr attributes body changes content1 content data detail details effective element entry event fields info item items list "
    "message1 meta node object objects params payload properties record records ref resource response result results row "
    "rows value values variables"
)

# One word that means this only as a whole name: `to` is a party, `valid_to` is not.
WEAK = _words(
    "about ad adi adr age answer ar bio birth body1 by cap cim cip city1 ck cli contact customer da destination dic din "
    "dom em family from genre given handle heading html id1 ik il ime inn key1 ki kind kon kk label lan land lat line1 "
    "line2 line3 ling lon long mac1 mei mi mid min nai nem nev nick nie nik nim nip nome oa om on origin origen origine owner pec "
    "pin1 pol portal position profile quote race raw rc recipient1 reply residence rg rib route rt run rut say sc see sei sex "
    "shi sig sip source src src1 str suite taj tan tel1 text1 to toes ud uid1 user1 via voie vek xing xm yas yx dst dest contact "
    "media media1 interest interests tag tags titel titre peer channel nir cif alter agent participant author given station "
    "authentication education disability location1 speech picture1 sub handle stamp raw challenge authorize kc secret1 logo "
    "building suite landmark flat premise track tones subject content1 photo1 addr fn hair skin ethnic vin operator by"
)
