"""Names a browser and its system from what it says of itself, as far as its user would know them.

A User-Agent is a claim, and names its rivals: the order of the lists matters.
"""

_BROWSERS = {
    "Firefox/": "Firefox",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Chrome/": "Chrome",
    "Chromium/": "Chromium",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
_LONGEST = 60


def browser_named(user_agent: str) -> str:
    """Return "Firefox, Linux" or the beginning of what was said.

    >>> browser_named("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    >>> browser_named("curl/8.14.1")
    'curl/8.14.1'
    """
    known = [
        next((name for sign, name in names.items() if sign in user_agent), None)
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in known if name) or user_agent[:_LONGEST]
