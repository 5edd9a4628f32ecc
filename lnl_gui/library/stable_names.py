"""The names that scripts and other packages may rely on; everything else is private.

They keep their meaning, and their parameters these names and this order, between versions; what is
new is added. A test holds the program to this list.
"""

STABLE_NAMES: dict[str, dict[str, list[str] | None]] = {
    "lnl_gui": {
        "CleaningProject": None,
        "LabelIssues": None,
        "LabelIssuesWarning": None,
        "UserError": None,
        "__version__": None,
        "create_project": ["source", "folder", "*", "reviewer", "progress", "**reading"],
        "find_label_issues": [
            "labels",
            "pred_probs",
            "*",
            "embeddings",
            "return_indices_ranked_by",
            "class_names",
            "groups",
            "content_hashes",
            "seed",
            "progress",
            "device",
        ],
        "open_project": ["folder", "*", "reviewer", "read_only"],
    },
    "lnl_gui.CleaningProject": {
        "attach": ["*", "pred_probs", "embedding", "progress", "**options"],
        "class_names": None,
        "close": [],
        "decide": ["samples", "verdict", "label", "*", "accept_unjudged"],
        "detect": ["*", "progress", "threads", "**options"],
        "embed": ["*encoders", "progress", "threads", "**options"],
        "embeddings": None,
        "export": ["destination", "*", "progress", "accept_unjudged", "**options"],
        "finetune": ["recipe", "*", "progress", "threads", "**options"],
        "folder": None,
        "pred_probs": None,
        "redo": [],
        "samples": None,
        "show": ["samples"],
        "suspects": None,
        "table": None,
        "undo": [],
    },
    "lnl_gui.LabelIssues": {
        "cannot_judge": None,
        "expected_errors": None,
        "flagged": None,
        "groups": None,
        "noise_rate": None,
        "off_topic": None,
        "posterior": None,
        "suggested_label": None,
        "suspicion": None,
        "warnings": None,
        "well_labelled": None,
        "well_labelled_bound": None,
    },
    "lnl_gui.UserError": {
        "code": None,
        "hint": None,
        "message": None,
    },
    "lnl_gui.sklearn": {
        "LabelCleaner": None,
        "RobustProbe": None,
    },
}
"""By what holds them: functions with their parameters; classes and attributes with None."""
