"""The dossier: the whole answer to one request for assistance, composed of saved queries."""
