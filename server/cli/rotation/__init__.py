"""`rotate-health-key`, `rotate-documents-key`: a new key while the portal runs; docs/operating.md has the steps."""

from server.cli.rotation.documents import existing_safe, lost_documents_key, lost_keys_of, rotate_documents
from server.cli.rotation.health import lost_keys, rotate_health

__all__ = ["existing_safe", "lost_documents_key", "lost_keys", "lost_keys_of", "rotate_documents", "rotate_health"]
