-- That a session was used is written into its own sealed row, once a minute (docs/decisions/0035).
GRANT UPDATE (sealed) ON identity.session TO es_keeper;
