"""Dialect rules of texts and numbers: what would give another value in Spark, written so that it gives the same."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp

from .nodes import Node, call
from .regular_expressions import for_java


def regular_expressions(node: Node) -> None:
    r"""regexp_replace: \1 → $1; without the option g only the first match, which Spark has no option for"""
    modifiers, replacement = node.args.get("modifiers"), node.args.get("replacement")
    if not isinstance(replacement, exp.Literal) or not isinstance(node.expression, exp.Literal):
        raise sqlglot.UnsupportedError("regexp_replace with a computed pattern")
    is_global = bool(modifiers and "g" in modifiers.this)
    shift = 0 if is_global else 1
    text = re.sub(
        r"\\(\d)|([$])|(\d)",
        lambda match: f"${int(match[1]) + shift}" if match[1] else "\\$" if match[2] else f"\\{match[3]}",
        replacement.this,
    )
    pattern = for_java(node.expression.this)
    node.set("expression", exp.Literal.string(pattern))
    if not is_global:
        flags = re.match(r"\(\?[a-z]+\)", pattern)
        pattern = pattern[flags.end() :] if flags else pattern
        node.set("expression", exp.Literal.string(f"{flags[0] if flags else ''}\\A((?s:.*?))(?:{pattern})"))
        text = f"$1{text}"
    node.set("replacement", exp.Literal.string(text))
    node.set("modifiers", None)
    node.set("single_replace", None)


def whole_matches(node: Node) -> None:
    """regexp_full_match(x, p) → rlike from the beginning to the end"""
    pattern = exp.Literal.string(rf"\A(?:{node.expression.this})\z")
    node.replace(exp.RegexpLike(this=node.this.copy(), expression=pattern))


def patterns(node: Node) -> None:
    """A pattern of RE2 → one of Java that matches the same"""
    if node.args.get("flag") or node.args.get("parameters"):
        raise sqlglot.UnsupportedError("options of a regular expression: write (?i) into the pattern")
    if isinstance(node.expression, exp.Literal):
        node.set("expression", exp.Literal.string(for_java(node.expression.this)))


def likes(node: Node) -> None:
    r"""like: \ is a sign as any other in DuckDB, and an escape in Spark"""
    if "\\" in node.expression.name:
        raise sqlglot.UnsupportedError("like with a backslash")


def trims(node: Node) -> None:
    """trim(x) → of all spaces that Unicode has, as DuckDB takes them, not of one alone"""
    if node.expression is None:
        node.set("expression", exp.Literal.string(SPACES))


SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def small_letters(node: Node) -> None:
    """lower(x): two letters of which Spark makes something else, İ (two signs) and Σ (another one at a word's end)"""
    node.set("this", call("translate", node.this.copy(), exp.Literal.string("İΣ"), exp.Literal.string("iσ")))


def distances(node: Node) -> None:
    """levenshtein(a, b), which counts bytes → of texts with a letter for each byte"""
    for side in ("this", "expression"):
        in_bytes = call("encode", node.args[side].copy(), exp.Literal.string("UTF-8"))
        node.set(side, call("decode", in_bytes, exp.Literal.string("ISO-8859-1")))


def rounding(node: Node) -> None:
    """round(x, 2) → round(x * 100) / 100, as DuckDB rounds: Spark would round the decimal, 0.45 as 0.4499…"""
    places = node.args.get("decimals")
    if places is None:
        return
    if not (isinstance(places, exp.Literal) and places.is_int):
        raise sqlglot.UnsupportedError("round to places that are computed")
    factor = exp.Var(this=f"{10 ** int(places.name)}D")
    scaled = exp.Round(this=exp.Mul(this=exp.paren(node.this.copy()), expression=factor))
    node.replace(exp.paren(exp.Div(this=scaled, expression=factor.copy())))


def dates_of_texts(node: Node) -> None:
    """try_cast(x as date) → of texts with a year, a month and a day: Spark would read 2024-05, and not 2024/05/01"""
    kinds = {exp.DType.DATE: "date", exp.DType.TIMESTAMPNTZ: "timestamp_ntz"}
    if kind := kinds.get(node.to.this):
        text, pattern = exp.cast(node.this.copy(), "text"), exp.Literal.string(DAY)
        written = call("regexp_replace", text, pattern, exp.Literal.string("$1-$2-$3"))
        is_day = exp.RegexpLike(this=text.copy(), expression=pattern.copy())
        day = exp.If(this=is_day, true=written, false=exp.null())
        node.replace(call("try_cast", exp.alias_(day, kind)))


DAY = (
    r"\A *([0-9]{4})[-/ ]([0-9]{1,2})[-/ ]([0-9]{1,2})"
    r"(?= *\z|[T ] *[0-9]{1,2}:[0-9]{1,2}(:[0-9.]+)?(Z|[-+][0-9:]+)? *\z)"
)


def decimals(node: Node) -> None:
    """0.5 → 0.5D: a decimal that is divided has six places in Spark"""
    if not node.is_string and re.search(r"[.eE]", node.this):
        node.replace(exp.Var(this=f"{node.this}D"))


def formats(node: Node) -> None:
    """strftime: letters that stand for themselves are quoted in a pattern of Spark"""
    pieces = re.findall(r"%.|[A-Za-z]+|[^%A-Za-z]+", node.args["format"].this)
    if unknown := [piece for piece in pieces if piece[0] == "%" and piece not in FORMATS]:
        raise sqlglot.UnsupportedError(f"strftime with {unknown[0]}")
    pattern = "".join(FORMATS.get(piece, f"'{piece}'" if piece[0].isalpha() else piece) for piece in pieces)
    node.replace(call("date_format", node.this.copy(), exp.Literal.string(pattern)))


FORMATS = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss", "%b": "MMM", "%-d": "d"}
