# Plain `make` prints this list. Needs on Debian 12: apt install make git python3-venv
.DEFAULT_GOAL := help
.PHONY: help setup lock run test check
MAKEFLAGS += --no-print-directory

help:
	@echo "espace-sante : un espace de santé ouvert seulement par votre oui"
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: ## prépare tout ce que run, demo et test demandent (sans effet si rien n'a changé)
	@scripts/setup

lock: ## recalcule les versions verrouillées après un changement de dépendances
	@scripts/lock
