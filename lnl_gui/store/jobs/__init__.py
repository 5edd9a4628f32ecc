"""Jobs as a project records them: kinds, parameters, runs, and the arrays they leave."""
