"""Public job platforms: posts handed over as files, receipts taken back as files."""

from gongyou.connectors.platforms.folder import FolderExchange

__all__ = ["FolderExchange"]
