"""The locales that what agents send may be written in (documented list), with their names."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

LOCALES = {
    "ar-SA": _("Arabic (Saudi Arabia)"),
    "bg-BG": _("Bulgarian (Bulgaria)"),
    "ca-ES": _("Catalan (Spain)"),
    "cs-CZ": _("Czech (Czechia)"),
    "da-DK": _("Danish (Denmark)"),
    "de-DE": _("German (Germany)"),
    "el-GR": _("Greek (Greece)"),
    "en-US": _("English (United States)"),
    "es-ES": _("Spanish (Spain)"),
    "et-EE": _("Estonian (Estonia)"),
    "eu-ES": _("Basque (Spain)"),
    "fi-FI": _("Finnish (Finland)"),
    "fr-FR": _("French (France)"),
    "gl-ES": _("Galician (Spain)"),
    "he-IL": _("Hebrew (Israel)"),
    "hi-IN": _("Hindi (India)"),
    "hr-HR": _("Croatian (Croatia)"),
    "hu-HU": _("Hungarian (Hungary)"),
    "id-ID": _("Indonesian (Indonesia)"),
    "it-IT": _("Italian (Italy)"),
    "ja-JP": _("Japanese (Japan)"),
    "kk-KZ": _("Kazakh (Kazakhstan)"),
    "ko-KR": _("Korean (South Korea)"),
    "lt-LT": _("Lithuanian (Lithuania)"),
    "lv-LV": _("Latvian (Latvia)"),
    "ms-MY": _("Malay (Malaysia)"),
    "nb-NO": _("Norwegian Bokmål (Norway)"),
    "nl-NL": _("Dutch (Netherlands)"),
    "pl-PL": _("Polish (Poland)"),
    "pt-BR": _("Portuguese (Brazil)"),
    "pt-PT": _("Portuguese (Portugal)"),
    "ro-RO": _("Romanian (Romania)"),
    "ru-RU": _("Russian (Russia)"),
    "sk-SK": _("Slovak (Slovakia)"),
    "sl-SI": _("Slovenian (Slovenia)"),
    "sr-Cyrl-CS": _("Serbian (Cyrillic)"),
    "sr-Latn-CS": _("Serbian (Latin)"),
    "sv-SE": _("Swedish (Sweden)"),
    "th-TH": _("Thai (Thailand)"),
    "tr-TR": _("Turkish (Türkiye)"),
    "uk-UA": _("Ukrainian (Ukraine)"),
    "vi-VN": _("Vietnamese (Vietnam)"),
    "zh-CN": _("Chinese (China)"),
    "zh-HK": _("Chinese (Hong Kong)"),
    "zh-TW": _("Chinese (Taiwan)"),
}

# Django keeps the words of these by their script.
SCRIPTS = {"sr-Latn-CS": "sr-latn", "zh-CN": "zh-hans", "zh-HK": "zh-hant", "zh-TW": "zh-hant"}


def in_language_of(locale: str) -> AbstractContextManager[None]:
    """Return a block in which words and dates are those of a locale; without one, those of the product."""
    return translation.override(SCRIPTS.get(locale, locale) or settings.LANGUAGE_CODE)


def locale_choices() -> list[tuple[str, str]]:
    """Return codes with their names in the viewer's language, sorted by name."""
    return sorted(((code, str(name)) for code, name in LOCALES.items()), key=lambda choice: choice[1])


def locale_name(code: str) -> str:
    """Return the name in the viewer's language, or the code where nobody knows it."""
    return str(LOCALES.get(code, code))


def nearest_locale(*spoken: str) -> str | None:
    """Return the listed locale nearest to the first of these languages that has one, like ``de_AT`` or ``en``."""
    for each in filter(None, spoken):
        wanted = each.replace("_", "-").lower()
        exact = next((code for code in LOCALES if code.lower() == wanted), None)
        language = wanted.partition("-")[0]
        usual = next((code for code in LOCALES if code.lower() == f"{language}-{language}"), None)
        alike = next((code for code in LOCALES if code.lower().partition("-")[0] == language), None)
        if found := exact or usual or alike:
            return found
    return None
