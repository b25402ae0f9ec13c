# What instructors run; absent in students' trees.  Included by Makefile.

.PHONY: test soak mutants style format measure site

test: ## every check that a change must pass (T=text narrows it)
	@BUILD=$(BUILD) $(PYTHON) grade/check/run.py

soak: all ## the long versions: unit tests, mutants, 20 runs of each solution
	$(QUIET)$(PYTHON) grade/check/soak.py

mutants: all ## every wrong kernel must lose its points (LAB=n, M=name)
	$(QUIET)cd grade && BUILD=$(BUILD) $(PYTHON) -m qn.mutants

style: ## check the tree against STYLE.md, one line a finding
	$(QUIET)$(PYTHON) grade/style/style.py

format: ## format all C files as .clang-format says
	$(QUIET)clang-format -i $$(find kernel grade -name '*.[ch]')

measure: ## the numbers of STYLE.md for kernel/, beside their limits
	$(QUIET)$(PYTHON) grade/style/measure.py

site: ## the handouts as a web site in build/site
	$(QUIET)mkdocs build -q -d $(BUILD)/site
