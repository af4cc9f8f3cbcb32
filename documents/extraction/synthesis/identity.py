"""Invented VAT ids and bank accounts whose check digits are right, so that a checker has no reason to object.

Bank codes are taken from ranges that are given to no bank (a German bank code never begins with 9), so nobody
can be paid by mistake.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.es import ccc
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat

BANK_LETTERS = "DCFL"


def digits(count: int, rng: random.Random) -> str:
    """`count` decimal digits, the first one not zero."""
    return str(rng.randint(10 ** (count - 1), 10**count - 1))


def vat_id(country: str, rng: random.Random) -> str:
    """A VAT id of `country` (ISO 3166) in compact form with right check digits. KeyError for other countries."""
    draw = _VAT[country]
    while True:
        number = draw(rng)
        if gb_vat.is_valid(number) if country == "GB" else eu_vat.is_valid(number):
            return number


def iban(country: str, rng: random.Random) -> str:
    """An IBAN of `country` in compact form, mod 97 and the country's own check digits right. KeyError for other countries."""
    bban = _BBAN[country](rng)
    return f"{country}{iban_number.calc_check_digits(country + '00' + bban)}{bban}"


def bic(country: str) -> str:
    """A bank identifier of a bank that does not exist."""
    return f"{BANK_LETTERS}{country}22"


def grouped(number: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    return iban_number.format(number)


def _french_vat(rng: random.Random) -> str:
    siren = digits(8, rng)
    siren += luhn.calc_check_digit(siren)
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _italian_vat(rng: random.Random) -> str:
    number = f"0{digits(6, rng)}015"
    return f"IT{number}{luhn.calc_check_digit(number)}"


_VAT: dict[str, Callable[[random.Random], str]] = {
    "AT": lambda rng: f"ATU{digits(8, rng)}",
    "BE": lambda rng: f"BE0{digits(9, rng)}",
    "DE": lambda rng: f"DE{digits(9, rng)}",
    "ES": lambda rng: f"ESB{digits(8, rng)}",
    "FR": _french_vat,
    "GB": lambda rng: f"GB{digits(9, rng)}",
    "IE": lambda rng: f"IE{digits(7, rng)}{rng.choice('ABCDEFGHIJKLMNOPQRSTUVW')}",
    "IT": _italian_vat,
    "NL": lambda rng: f"NL{digits(9, rng)}B01",
}


def _belgian_account(rng: random.Random) -> str:
    body = "999" + digits(7, rng)
    return f"{body}{int(body) % 97 or 97:02d}"


def _french_account(rng: random.Random) -> str:
    bank, branch, account = "99" + digits(3, rng), digits(5, rng), digits(11, rng)
    return f"{bank}{branch}{account}{97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97:02d}"


def _spanish_account(rng: random.Random) -> str:
    branch, account = "9" + digits(7, rng), digits(10, rng)
    return f"{branch}{ccc.calc_check_digits(branch + '00' + account)}{account}"


_BBAN: dict[str, Callable[[random.Random], str]] = {
    "AT": lambda rng: "99" + digits(14, rng),
    "BE": _belgian_account,
    "DE": lambda rng: "9" + digits(17, rng),
    "ES": _spanish_account,
    "FR": _french_account,
    "GB": lambda rng: BANK_LETTERS + "99" + digits(12, rng),
    "IE": lambda rng: BANK_LETTERS + "99" + digits(12, rng),
    "IT": lambda rng: rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + "99" + digits(20, rng),
    "NL": lambda rng: BANK_LETTERS + digits(10, rng),
}
