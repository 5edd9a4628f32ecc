"""The names that scripts and other packages may rely on; everything else is private.

They keep their meaning, and their parameters these names and this order, between versions; what is
new is added. A test holds the program to this list.
"""

STABLE_NAMES = {
    "lnl_gui": {
        "CleaningProject": "class",
        "LabelIssues": "class",
        "UserError": "class",
        "__version__": "",
        "create_project": "(source, folder, *, reviewer, progress, **reading)",
        "find_label_issues": (
            "(labels, pred_probs, *, embeddings, return_indices_ranked_by, class_names, groups,"
            " content_hashes, seed, progress)"
        ),
        "open_project": "(folder, *, reviewer, read_only)",
    },
    "lnl_gui.CleaningProject": {
        "attach": "(*, pred_probs, embedding, progress, **options)",
        "class_names": "",
        "close": "()",
        "decide": "(samples, verdict, label)",
        "detect": "(*, progress, threads, **options)",
        "embed": "(*encoders, progress, threads, **options)",
        "embeddings": "",
        "export": "(destination, *, progress, **options)",
        "finetune": "(recipe, *, progress, threads, **options)",
        "folder": "",
        "pred_probs": "",
        "redo": "()",
        "samples": "",
        "show": "(samples)",
        "suspects": "",
        "table": "",
        "undo": "()",
    },
    "lnl_gui.LabelIssues": {
        "expected_errors": "",
        "flagged": "",
        "groups": "",
        "noise_rate": "",
        "off_topic": "",
        "posterior": "",
        "suggested_label": "",
        "suspicion": "",
        "warnings": "",
        "well_labelled": "",
        "well_labelled_bound": "",
    },
    "lnl_gui.UserError": {"code": "", "hint": "", "message": ""},
    "lnl_gui.sklearn": {"LabelCleaner": "class", "RobustProbe": "class"},
}
"""By what holds them: functions with their parameters, classes, and attributes ("")."""
