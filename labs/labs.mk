# Cutting the course from the full tree; absent in students' trees.  Included
# by Makefile.

.PHONY: branches cut

branches: ## write or correct the course's repositories (OUT=dir NOTE= ALLOW=)
	@$(PYTHON) labs/cut.py branches "$(OUT)" --note "$$NOTE" \
	    $(foreach file,$(ALLOW),--allow $(file))

cut: ## check that every lab can be cut
	@$(PYTHON) labs/cut.py check
