module_scenario() { echo todo; }
run_xunit() { echo todo; }
run_pester() { echo todo; }
finish() { :; }
