"""VoID, DCAT and the SPARQL service description."""
