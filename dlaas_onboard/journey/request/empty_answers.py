"""Which answers say nothing of what Amazon asks, and what one that does looks like.

A guess by words, in favour of the operator: what might say something is left to stand.
"""

from __future__ import annotations

import re

from dlaas_onboard.journey.situation.placeholders import placeholder_in

# What an operator may write, and adapts: each is one sentence that a reviewer can check.
EXAMPLES = {
    "business": "Example is an invoicing service for small craft firms, run by Example GmbH in Kassel, Germany.",
    "mail_content": "A receipt after each payment, and a link to reset the password when a user asks for one.",
    "recipients_source": "Users enter their address in the sign-up form and confirm it by a link that we mail to it.",
    "bounce_process": "A Lambda function receives each event and marks the address, and we never mail it again.",
    "unsubscribe": "Each notification has a link that turns it off; account messages end when the account is closed.",
    "complaints_to": "abuse@example.com",
    "growth": "Three more schools start in September, with 2,000 pupils in all.",
}
_WORD = re.compile(r"[^\W_]+(?:['’./@-][^\W_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # scripts that put no space between words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILLERS = _words("""
asd asdf asdfg asdfgh sdf dfg fgh qwe qwer qwert qwerty qwertz uiop jkl jklö hjkl yxc yxcv zxc zxcv abc abcd xyz foo bar
baz foobar blah bla lorem ipsum dolor test tests testing tested tester stuff thing things something anything whatever
etc misc various random dummy placeholder none nothing no not yes yep yeah nope ok okay sure done maybe idk dunno tbd
tba todo fixme n/a na nil null later usual normal standard default unknown hello hi nein ja nix nichts kein keine egal
irgendwas oui non rien si nada ninguno
""")
_SMALL = _words("""
a an the this that these those it its i we you he she they them us our your their my and or but so as at by for from in
of on to with via per is are was were be been do does did have has had will would can could may just only very really
also all any some it's we're that's there here how what when where which who why then than too
""")
_MAIL_WORDS = _words("mail mails email emails e-mail e-mails message messages notification notifications")
# Words that are true of every service, and so tell of none.
_GENERIC = {
    "business": _words("""
company firm business startup start-up app apps web webapp website site software saas service services platform product
products online internet project tool system shop store online-shop small private commercial digital it
"""),
    "mail_content": _MAIL_WORDS
    | _words("""
transactional marketing automatic automated automatically system important different several send sends sent sending
users user customers customer clients people everyone everybody content info information text html our
"""),
    "growth": _words("""
growth grow grows growing more users user customers customer people hopefully hope expect expected expecting bigger
better good success scale scaling business money
"""),
    "complaints_to": _MAIL_WORDS
    | _words("inbox mailbox address nobody noone person somebody someone everybody team people"),
}
# Whole answers; a clause more, and an answer may say something.
_EVASIONS = re.compile(
    r"(?:i |we )?(?:really )?(?:do not|don'?t) (?:know|care|remember|have (?:one|any|this|that|it))(?: yet| exactly)?"
    r"|(?:please )?(?:see|look at|check|visit|read)(?: on)? (?:above|below|(?:our |the |my )?(?:web ?site|site"
    r"|homepage|docs?|link|page|code|other (?:field|answer)s?))"
    r"|(?:the )?same(?: as)?(?: above| below| before| everybody| everyone| others)?"
    r"|as (?:above|usual|always|before|needed)"
    r"|(?:it |this |that )?(?:will|to) (?:be )?(?:done|filled(?: in)?|decided|added|defined|written|follow|do)"
    r"(?: later| soon| it later)?"
    r"|(?:we are |we're |i am |i'm )?(?:still )?not (?:yet )?(?:sure|decided|defined|known|implemented|done)(?: yet)?"
    r"|(?:no|not any) (?:idea|clue|comment|answer|info|information|special reason)"
    r"|nothing (?:special|happens|at all|yet|much|to say|to add)"
    r"|(?:please )?(?:ask|contact|call) (?:me|us)(?: for (?:more )?(?:details|info|information))?"
    r"|(?:this is )?(?:just |only )?(?:a |some )?test(?:ing)?(?: text| entry| answer| message| mail)?"
    r"|(?:that is |this is |it is )?(?:secret|confidential|none of your business|self[- ]explanatory|obvious)"
    r"|(?:all )?(?:kinds|sorts) of (?:stuff|things|mails?|e-?mails?|messages)"
    r"|(?:not|none) (?:applicable|available|relevant|necessary|needed|required|possible)(?: here| yet)?",
    re.IGNORECASE,
)
# Answers to one question that deny it and give no reason.
_REFUSALS = {
    "unsubscribe": re.compile(
        r"(?:it |that |this )?(?:is |it's )?(?:not|never|im)[ -]?(?:possible|needed|necessary|required|offered|planned"
        r"|implemented|supported)(?: yet| here)?"
        r"|(?:you|they|users?|people|recipients?|nobody|no one|one)"
        r" (?:can ?not|can'?t|cant|can|may not|must not|(?:are|is) not allowed to)(?: really"
        r"| do (?:that|it|so)| unsubscribe| opt out| stop it)*"
        r"|(?:there is |there's |there are |we have )?no(?:t an?)? (?:unsubscrib\w*|way|link|option|opt[- ]?out|button)"
        r"(?: link| button| option| page)?(?: yet| at the moment)?"
        r"|(?:they |users? |people )?(?:just |simply )?(?:delete|ignore|block) (?:it|them|us|the mails?|the e-?mails?)",
        re.IGNORECASE,
    ),
    "bounce_process": re.compile(
        r"(?:we |i )?(?:do nothing|ignore|don'?t (?:do anything|care|handle|process|look at))(?: (?:about|with|at))?"
        r"(?: (?:it|them|that|this|those|bounces?|complaints?|and|or))*"
        r"|(?:we |i )?(?:have|had|get|got|expect) (?:no|never|none)(?: (?:any|such|bounces?|complaints?|or|and))*"
        r"|(?:there are |there will be )?no(?:ne)?(?: (?:bounces?|complaints?|or|and|so|far|expected|process))*"
        r"|(?:aws|amazon|ses|the system|the server)(?: ses)? (?:does|do|handles?|will do|will handle)"
        r" (?:it|this|that|them|everything|all)(?: for us)?"
        r"|(?:it is |they are |is |are )?(?:handled|processed|dealt with)",
        re.IGNORECASE,
    ),
    "complaints_to": re.compile(
        r"(?:nobody|no one|we) (?:reads?|don'?t read|looks?)(?: (?:it|them|at|there))*", re.IGNORECASE
    ),
    "growth": re.compile(
        r"(?:there is |we expect |we have )?no(?: \w+)? growth(?: expected| planned)?|no change", re.IGNORECASE
    ),
}
_SYSTEMS = _words("""
zendesk jira freshdesk helpscout intercom zammad otrs osticket helpdesk servicenow hubspot gorgias front sentry
pagerduty opsgenie trello asana gitlab github redmine slack teams rt plain crisp
""")


def says_nothing(question: str, text: str) -> bool:
    """Return whether ``text`` leaves this question of Amazon's unanswered: ``asd``, ``stuff``, one word, ``see above``.

    A text in another language says something; that it is not English is another finding.
    """
    if question not in EXAMPLES or not text.strip():
        return False
    plain = " ".join(re.findall(r"[^\s.,;:!?]+", text.casefold().replace("’", "'")))
    if _EVASIONS.fullmatch(plain) or (question in _REFUSALS and _REFUSALS[question].fullmatch(plain)):
        return True
    if len(_UNSPACED.findall(text)) >= 6:
        return False
    if placeholder_in(text) and len(text.split()) > 2:
        return False  # the placeholder is a finding of its own
    return not _tells(question, text)


def _tells(question: str, text: str) -> bool:
    """Return whether a text holds words that tell a reviewer something about this service."""
    words = {word.casefold().replace("’", "'") for word in _WORD.findall(text)}
    telling = {word for word in words if not _is_filler(word)}
    if question == "complaints_to" and ("@" in text or telling & _SYSTEMS):
        return True
    content = telling - _SMALL - _GENERIC.get(question, frozenset())
    return bool(content) and len(telling) >= 2


def _is_filler(word: str) -> bool:
    """Return whether a word stands for none: of the list, a number, one letter, or keys pressed at random."""
    if word in _FILLERS or len(word) < 2 or not any(char.isalpha() for char in word):
        return True
    if re.fullmatch(r"(\w{1,4}?)\1{2,}", word):
        return True
    return word.isascii() and word.isalpha() and len(word) > 4 and not re.search(r"[aeiouy]", word)
