# The targets of a student's day.  Included by Makefile.

STUDENT := PYTHONPATH=grade $(PYTHON) -m student

.PHONY: next todo doctor catch-up

next: ## merge the next lab into this branch
	@$(STUDENT).next

todo: ## what is left to write, with points
	@$(STUDENT).todo

doctor: ## check this machine: tools, versions, a one-second boot
	@$(STUDENT).doctor

catch-up: ## take the solution of one exercise, once it is open (EX=n.m)
	@$(STUDENT).catchup "$$EX"
