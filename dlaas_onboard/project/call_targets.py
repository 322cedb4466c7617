"""Whether a call is one of a given function: by names, and by what the calling file defines, imports and mentions."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from dlaas_onboard.project.passing import Passing
from dlaas_onboard.project.syntax import Invocation, SourceFile, split_member, text_of, unwrap

# Names that many functions have: a call counts only where its receiver or its own file says whose it is.
_COMMON = frozenset(
    {
        *("send", "deliver", "handle", "run", "execute", "call", "process", "notify", "perform", "invoke"),
        *("main", "handler", "create", "post", "mail", "email", "dispatch", "init", "constructor", "__init__"),
        *("index", "build", "start", "update", "save", "submit", "default", "get", "put", "delete", "add"),
        *("apply", "work", "action", "on_message", "up", "fire"),
    }
)
_OWN = frozenset({"this", "self", "$this", "cls", "static"})


def of_arity(file: SourceFile, call: Invocation, candidates: list[Passing]) -> list[Passing]:
    """Return those of several functions of one name that take as many arguments as a call gives."""
    given = len(call.arguments) + (file.piped(call.node) is not None)
    exact = [each for each in candidates if each.arity == given]
    return exact if exact or file.language in ("Java", "Elixir") else candidates


def nearest(file: SourceFile, candidates: list[Passing]) -> list[Passing]:
    """Return those of several functions of one name that share the most folders with the calling file."""
    if len({(each.sending.file.path, each.owner) for each in candidates}) < 2:
        return candidates
    shared = [_shared_folders(file.path, each.sending.file.path) for each in candidates]
    return [each for each, count in zip(candidates, shared, strict=True) if count == max(shared)]


def _shared_folders(one: str, other: str) -> int:
    pairs = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


# Calls that have a function or a job run later: send_mail.delay(to), ReminderJob.perform_later(user), Job::dispatch().
_LATER = {
    **dict.fromkeys(("delay", "apply_async", "enqueue", "send_async"), ""),
    **dict.fromkeys(("perform_later", "perform_async", "perform_now", "perform_in"), "perform"),
    **dict.fromkeys(("dispatch", "dispatchSync", "dispatchAfterResponse"), "handle"),
}


def direct(call: Invocation) -> Invocation:
    """Return the call that a queue makes later, as if it were made here; any other as it is."""
    method = _LATER.get(call.name)
    if method is None or call.receiver is None:
        return call
    if method:
        return replace(call, name=method)
    receiver, name = split_member(unwrap(call.receiver))
    return replace(call, name=text_of(name), receiver=receiver)


def defined_functions(file: SourceFile) -> frozenset[str]:
    return frozenset(name for function in file.functions if (name := file.function_name(function)))


def is_call_of(file: SourceFile, call: Invocation, passing: Passing, defined: frozenset[str]) -> bool:
    """Whether a call of that name is one of this function."""
    target = passing.sending
    if call.node.id == target.call.node.id and file is target.file:
        return False
    if _family(file) != _family(target.file):
        return False
    receiver = text_of(unwrap(call.receiver)) if call.receiver is not None else ""
    if file.path == target.file.path:
        return _is_own_call(file, call, receiver, passing)
    if receiver in _OWN or (not receiver and passing.name in defined):
        return False
    return _names_owner(receiver, passing) or _is_reached(file, receiver, passing)


def _is_reached(file: SourceFile, receiver: str, passing: Passing) -> bool:
    """Whether a call in another file, whose receiver does not name the function's class, may be taken for one of it."""
    if _family(file) in ("JavaScript", "Python") and (not receiver or not passing.owner):
        return _imports(file, passing, receiver.partition(".")[0] or passing.name)
    if passing.name.lower() in _COMMON or not _WORDS_OF.search(passing.name):
        return _names_place(receiver, passing)
    return not receiver or _family(file) not in _IMPORTING or _mentions_place(file, passing)


def _is_own_call(file: SourceFile, call: Invocation, receiver: str, passing: Passing) -> bool:
    """Whether a call in the function's own file is one of it."""
    if not receiver:
        return True
    if receiver in _OWN:
        return file.class_name(call.node) == passing.owner
    return _names_owner(receiver, passing)


def _family(file: SourceFile) -> str:
    """Return the language, one name for those that import each other."""
    return "JavaScript" if file.language == "TypeScript" else file.language


# In these a file that calls a method of another file's class names that class or file somewhere.
_IMPORTING = frozenset({"JavaScript", "Python", "PHP", "Java"})


def _mentions_place(file: SourceFile, passing: Passing) -> bool:
    stem = passing.sending.file.path.rpartition("/")[2].partition(".")[0]
    stem = passing.sending.file.path.split("/")[-2:][0] if stem in ("index", "__init__") else stem
    return file.mentions(*(name.encode() for name in (passing.owner, stem) if name))


_WORDS_OF = re.compile(r"[a-z0-9][A-Z]|\w_\w")  # a name of more than one word


def _names_place(receiver: str, passing: Passing) -> bool:
    """Whether a receiver's name holds that of the function's file or folder: ``app.mailer`` → ``mailer/smtp.go``."""
    tail = re.split(r"[.:>$]", re.sub(r"\(.*", "", receiver, flags=re.DOTALL))[-1]
    if tail[:1].isupper() and passing.sending.file.language != "Go":
        return False  # a class of another name
    plain = re.sub(r"[^a-z0-9]", "", tail.lower())
    owner = passing.owner.rpartition("::")[2].lower()
    if len(plain) > 4 and owner.endswith(plain):
        return True
    names = [
        re.sub(r"[^a-z0-9]", "", each.partition(".")[0].lower()) for each in passing.sending.file.path.split("/")[-3:]
    ]
    return any(len(name) > 3 and name in plain for name in names)


def _names_owner(receiver: str, passing: Passing) -> bool:
    """Whether a receiver names the function's class or file: ``this.emailService.send`` → ``EmailService``."""
    tail = re.sub(r"\(.*|^new ", "", receiver, flags=re.DOTALL)
    plain = re.sub(r"[^a-z0-9]", "", re.split(r"[.:>$]", tail)[-1].lower())
    stem = re.sub(r"[^a-z0-9]", "", passing.sending.file.path.rpartition("/")[2].partition(".")[0].lower())
    owner = re.sub(r"[^a-z0-9]", "", passing.owner.rpartition("::")[2].lower())
    return bool(plain) and plain in ({owner} if owner else {stem})


def _imports(file: SourceFile, passing: Passing, word: str) -> bool:
    """Whether a file imports a name, the function's or its module's, from a place that fits the function's path."""
    target = set(re.split(r"[/.]", passing.sending.file.path))
    if file.language == "Python":
        everything = [value for value in file.imports.values() if value.endswith("*")]
        named = [file.imports[word]] if word in file.imports else everything
        return any(_is_from(value, target) for value in named)
    name = re.compile(rb"\b" + re.escape(word).encode() + rb"\b")
    for start, segments in file.modules:
        if segments and not set(segments[-2:]) & target:
            continue
        if name.search(file.data[max(0, start - MAX_STATEMENT) : start].rpartition(b";")[2]):
            return True
    return False


def _is_from(name: str, target: set[str]) -> bool:
    """Whether a name that Python imports may be of a file, by its module's last two parts; ``from .`` says none."""
    module, _, own = name.rpartition(".")
    parts = [part for part in module.split(".") if part]
    return not parts or bool({*parts[-2:], own} & target)


MAX_STATEMENT = 1500  # characters of an import before its module's name
