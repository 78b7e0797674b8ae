# Plain `make` prints this list. Needs on Debian 12: apt install make git python3-venv
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench load fuzz proofs screenshots simulate faults coupons round-trip schema mutate lock disclosure decisions
MAKEFLAGS += --no-print-directory
PYTHON_RUN := .venv/bin/python
WORKERS ?= 2
ifdef PORT
export ESPACE_SANTE_PORT := $(PORT)
endif

help:
	@echo "espace-sante : un espace de santé ouvert seulement par votre oui"
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: ## prépare tout ce que run, demo et test demandent (sans effet si rien n'a changé)
	@scripts/setup

run: setup ## démarre tout sur http://127.0.0.1:8000 (PORT=, ESPACE_SANTE_HOME=) ; Ctrl-C arrête tout
	@exec .venv/bin/espace-sante run

demo: setup ## la même chose, remplie de personnes inventées
	@exec .venv/bin/espace-sante demo

test: setup ## tout ce que cette machine permet, en deux processus (WORKERS=) ; finit par ce qui a été laissé de côté
	@$(PYTHON_RUN) -m pytest -n $(WORKERS) $(PYTEST)

check: setup ## style, types, imports, pages écrites par le code, tests rapides (moins d'une minute)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/mypy verifier/verify.py
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON_RUN) -m espace_sante.kernel.settings --check docs/operate/settings.md
	@$(PYTHON_RUN) scripts/vendor_govuk.py --check
	@$(PYTHON_RUN) scripts/fhir_definitions.py --check
	@$(PYTHON_RUN) scripts/fhir_search_parameters.py --check
	@$(PYTHON_RUN) scripts/messages.py check
	@$(PYTHON_RUN) scripts/licences.py --check
	@HYPOTHESIS_PROFILE=check $(PYTHON_RUN) -m pytest -q -n $(WORKERS) -m 'not slow' tests/unit tests/property

bench: setup ## mesure lectures, dépôts, listes : CPU de chaque processus, à côté du plancher (SECONDS=)
	@$(PYTHON_RUN) -m bench

load: setup ## arrivées au hasard à des multiples de la moyenne nationale (SECONDS=, MULTIPLES="1,2,4")
	@$(PYTHON_RUN) -m bench.open_loop

fuzz: setup ## envoie n'importe quoi à chaque porte, puis à chaque adresse décrite, par un outil d'ailleurs (EXAMPLES=20000, 500)
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),20000) $(PYTHON_RUN) -m pytest -q tests/exchange/test_fuzz.py
	@OUTSIDE_EXAMPLES=$(or $(EXAMPLES),500) $(PYTHON_RUN) -m pytest -q tests/exchange/test_outside_tool.py
	@PARSER_EXAMPLES=$(or $(EXAMPLES),20000) $(PYTHON_RUN) -m pytest -q tests/property/formats/test_bytes_from_outside.py

proofs: setup ## fausse des preuves de journal de toutes les façons : les deux vérificateurs les refusent (EXAMPLES=1000)
	@PROOF_EXAMPLES=$(or $(EXAMPLES),1000) $(PYTHON_RUN) -m pytest -q tests/verifier

screenshots: setup ## prend toutes les pages (clair, sombre, 360 et 1280 points) et compte leurs défauts (PAGES=sample)
	@$(PYTHON_RUN) scripts/screenshots.py

simulate: setup ## les démarches dans tous les ordres, à côté d'un modèle, longtemps (RUNS=, STEPS=), puis la vie du journal (LIVES=, SEED=)
	@$(PYTHON_RUN) scripts/simulate.py $(if $(RUNS),--runs $(RUNS)) $(if $(STEPS),--steps $(STEPS))
	@$(PYTHON_RUN) scripts/simulate_log.py $(if $(LIVES),--lives $(LIVES)) $(if $(SEED),--seed $(SEED))

faults: setup ## tue web, gardiens et bases au hasard (CYCLES=50), puis lectures contre retraits (ROUNDS=5000)
	@$(PYTHON_RUN) scripts/faults.py kills $(if $(CYCLES),--cycles $(CYCLES))
	@$(PYTHON_RUN) scripts/faults.py races $(if $(ROUNDS),--rounds $(ROUNDS))

coupons: setup ## lit des coupons inventés, remplis et scannés de toutes les façons : jamais une décision fausse (PAGES=200 par mise en page)
	@OPENBLAS_NUM_THREADS=1 $(PYTHON_RUN) scripts/coupons.py $(if $(PAGES),--pages $(PAGES)) $(if $(SEED),--seed $(SEED))

round-trip: setup ## 48 dossiers inventés et les exemples de HL7, envoyés puis relus : rien ne change (../shared/data/fhir)
	@$(PYTHON_RUN) scripts/round_trip.py --examples

schema: setup ## réécrit migrations/schema.txt depuis des bases neuves, après une migration
	@$(PYTHON_RUN) scripts/schema.py --write

decisions: setup ## compare la règle d'accès et sa table publique sur toutes les combinaisons (SEED=)
	@DECISIONS_ONE_IN=1 $(if $(SEED),DECISIONS_SEED=$(SEED)) $(PYTHON_RUN) -m pytest -s -q -n 0 tests/unit/access/test_decision_table.py

disclosure: setup ## invente des maisons et cherche à deviner un petit nombre dans ce que chacune publierait (RUNS=1000)
	@DISCLOSURE_RUNS=$(or $(RUNS),1000) $(PYTHON_RUN) -m pytest -q -n $(WORKERS) --dist=load tests/attacks/test_disclosure.py

mutate: setup ## casse les règles une à une et compte les casses que nul test ne voit (SAMPLE="50 1", ONLY=module, FAST=1)
	@$(PYTHON_RUN) scripts/mutate.py $(if $(ONLY),--only $(ONLY)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(FAST),--fast)

lock: ## recalcule les versions verrouillées après un changement de dépendances
	@scripts/lock
