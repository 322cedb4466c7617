"""The readiness report and the status document, from one dossier."""
