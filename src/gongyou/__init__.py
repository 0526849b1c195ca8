"""gongyou (工友): find whom a promise is for, match, deliver by a date, verify with the person, report."""

from gongyou.basics import later

__version__ = "0.1.0"

later.put_off()
