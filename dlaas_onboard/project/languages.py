"""The languages that are read, each with its grammar and the shapes of its syntax tree."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache

from tree_sitter import Language, Parser, Query


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language's grammar, and what its nodes are called."""

    name: str
    module: str
    entry: str = "language"
    calls: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()


_JS = Grammar(
    "JavaScript",
    "tree_sitter_javascript",
    calls=("call_expression", "new_expression"),
    functions=(
        "function_declaration",
        "function_expression",
        "generator_function_declaration",
        "arrow_function",
        "method_definition",
    ),
    classes=("class_declaration", "class"),
    assignments=("variable_declarator", "assignment_expression"),
    loops=("for_statement", "for_in_statement", "while_statement", "do_statement"),
)


def _typescript(entry: str) -> Grammar:
    return Grammar(
        "TypeScript",
        "tree_sitter_typescript",
        entry,
        calls=_JS.calls,
        functions=_JS.functions,
        classes=(*_JS.classes, "abstract_class_declaration"),
        assignments=_JS.assignments,
        loops=_JS.loops,
    )


_PYTHON = Grammar(
    "Python",
    "tree_sitter_python",
    calls=("call",),
    functions=("function_definition", "lambda"),
    classes=("class_definition",),
    assignments=("assignment", "named_expression", "as_pattern"),
    loops=("for_statement", "while_statement", "list_comprehension", "generator_expression"),
)
_RUBY = Grammar(
    "Ruby",
    "tree_sitter_ruby",
    calls=("call",),
    functions=("method", "singleton_method"),
    classes=("class", "module"),
    assignments=("assignment", "operator_assignment"),
    loops=("for", "while", "until"),
)
_PHP = Grammar(
    "PHP",
    "tree_sitter_php",
    "language_php",
    calls=(
        "function_call_expression",
        "member_call_expression",
        "nullsafe_member_call_expression",
        "scoped_call_expression",
        "object_creation_expression",
    ),
    functions=("function_definition", "method_declaration", "anonymous_function", "arrow_function"),
    classes=("class_declaration", "trait_declaration"),
    assignments=("assignment_expression",),
    loops=("for_statement", "foreach_statement", "while_statement", "do_statement"),
)
_JAVA = Grammar(
    "Java",
    "tree_sitter_java",
    calls=("method_invocation", "object_creation_expression"),
    functions=("method_declaration", "constructor_declaration", "lambda_expression"),
    classes=("class_declaration", "interface_declaration", "record_declaration"),
    assignments=("variable_declarator", "assignment_expression"),
    loops=("for_statement", "enhanced_for_statement", "while_statement", "do_statement"),
)
_GO = Grammar(
    "Go",
    "tree_sitter_go",
    calls=("call_expression",),
    functions=("function_declaration", "method_declaration", "func_literal"),
    assignments=("short_var_declaration", "assignment_statement", "var_spec", "const_spec"),
    loops=("for_statement",),
)
_ELIXIR = Grammar("Elixir", "tree_sitter_elixir", calls=("call",), assignments=("binary_operator",))

GRAMMARS = {
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), _JS),
    **dict.fromkeys((".ts", ".mts", ".cts"), _typescript("language_typescript")),
    ".tsx": _typescript("language_tsx"),
    ".py": _PYTHON,
    **dict.fromkeys((".rb", ".rake"), _RUBY),
    **dict.fromkeys((".php",), _PHP),
    ".java": _JAVA,
    ".go": _GO,
    **dict.fromkeys((".ex", ".exs"), _ELIXIR),
}
# Code in these is not read; a file of them that names a sending call is told as left out.
UNREAD = frozenset(
    {
        *(".kt", ".kts", ".scala", ".groovy", ".cs", ".fs", ".rs", ".clj", ".erl", ".pl", ".pm", ".swift"),
        *(".dart", ".vue", ".svelte", ".coffee", ".cfm", ".lua", ".c", ".cc", ".cpp"),
    }
)


def suffix(path: str) -> str:
    """Return a path's last suffix in lower case, with its dot; ``""`` without one."""
    dot = path.rfind(".")
    return path[dot:].lower() if dot > path.rfind("/") else ""


@cache
def _language(grammar: Grammar) -> Language:
    module = importlib.import_module(grammar.module)
    return Language(getattr(module, grammar.entry)())


@cache
def parser(grammar: Grammar) -> Parser:
    """Return the parser of a language; its grammar is loaded when it is first needed."""
    return Parser(_language(grammar))


@cache
def structure(grammar: Grammar) -> Query:
    """Return the query for a language's calls, functions and assignments: much faster than looking at every node."""
    kinds = {"call": grammar.calls, "function": grammar.functions, "assignment": grammar.assignments}
    patterns = (f"[{' '.join(f'({name})' for name in names)}] @{kind}" for kind, names in kinds.items() if names)
    return Query(_language(grammar), "\n".join(patterns))
