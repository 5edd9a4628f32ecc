"""What is promised about a person's work, here and elsewhere: `python -m tests.campaign.promises`.

Each of LNL's entries names the test that fails when it is not kept; the others' entries are what
their own documentation says, which is named.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One promise; an empty entry: none is documented."""

    what: str
    lnl: str
    tests: tuple[str, ...]
    """file::function"""
    sqlite: str
    anki: str
    darktable: str
    jupyter: str


SOURCES = {
    "SQLite": "sqlite.org: testing.html, transactional.html, recovery.html, backup.html,"
    " rescode.html",
    "Anki": "docs.ankiweb.net: files.html, backups.html",
    "darktable": "docs.darktable.org: preferences-settings/storage, overview/sidecar-files;"
    " github.com/darktable-org/darktable/pull/6348",
    "Jupyter": "jupyter-server.readthedocs.io: operators/security, developers/contents;"
    " jupyter/notebook autosave (IPEP 15)",
}

PROMISES = (
    Promise(
        "A crash at any write",
        "An acknowledged verdict is on disk; migrations, merges, exports and every kind of job are"
        " whole or not there, and give the same when started again",
        (
            "tests/campaign/test_kills.py::test_nothing_is_lost",
            "tests/campaign/test_job_kills.py::test_a_killed_job_loses_nothing",
            "tests/campaign/test_window_kills.py::test_a_killed_window_loses_no_verdict",
            "tests/store/history/test_journal.py::test_kill_at_any_moment_loses_no_announced_verdict",
        ),
        "Committed transactions survive crashes and power cuts; simulated in its own tests",
        "The collection is an SQLite database",
        "The library is an SQLite database; edits also in sidecars",
        "Saved every two minutes; what came since is lost",
    ),
    Promise(
        "A full disk",
        "Named with its file, never called damage; the work goes on once there is room",
        (
            "tests/campaign/test_full_disks.py::test_nothing_is_lost_on_a_full_disk",
            "tests/store/dataset/test_full_cache.py::test_thumbnails_are_done_without_and_that_is_said_once",
        ),
        "The statement fails and the transaction can be rolled back",
        "",
        "",
        "",
    ),
    Promise(
        "Check and repair",
        "`lnl-gui check --repair`, and in the window: database, journal against the present state,"
        " arrays, models; verdicts are salvaged from damaged pages, the damaged file is kept",
        (
            "tests/campaign/test_damaged_databases.py::"
            "test_verdicts_are_salvaged_from_damaged_pages",
            "tests/campaign/test_damaged_databases.py::"
            "test_the_journal_is_compared_with_the_present_state",
            "tests/campaign/test_damaged_files.py::test_any_file_may_be_damaged",
        ),
        "PRAGMA integrity_check; .recover in its shell",
        "Check Database; else sqlite3 by hand",
        "At every start; a snapshot is offered instead of a damaged file",
        "A notebook that is no JSON does not open",
    ),
    Promise(
        "Rotating backups",
        "Every hundred verdicts or so and at close, the newest three and three older ones",
        (
            "tests/campaign/test_damaged_databases.py::"
            "test_backups_are_made_by_themselves_and_old_ones_kept",
            "tests/campaign/test_damaged_databases.py::"
            "test_lost_operations_come_back_from_the_backup",
        ),
        "An interface to make them",
        "Every 30 minutes, thinned to days, weeks and months",
        "Snapshots by time, ten kept; sidecar files",
        "One checkpoint a file, made by hand",
    ),
    Promise(
        "A copy before an upgrade",
        "Before a migration, never replaced; the migration is one transaction",
        (
            "tests/store/database/test_migration.py::"
            "test_a_backup_is_never_replaced_and_another_is_kept_beside_it",
            "tests/store/database/test_migration.py::"
            "test_a_project_that_an_early_version_left_half_migrated_opens",
        ),
        "The file format has been the same since 2004",
        "Before a one-way sync, the import of a collection and a check of the database",
        "A backup of the database at every new version",
        "",
    ),
    Promise(
        "Trust marks",
        "A project from another machine or user is announced once before anything is written;"
        " paths stay inside it; nothing in it is executed",
        (
            "tests/store/test_hostile_projects.py::"
            "test_a_project_from_elsewhere_is_announced_once_before_anything_is_written",
            "tests/store/test_hostile_projects.py::test_no_run_is_a_folder_elsewhere",
            "tests/store/test_hostile_projects.py::test_no_artifact_lies_elsewhere",
            "tests/store/history/test_hostile_journals.py::test_a_bad_line_is_named_and_nothing_changes",
            "tests/dataset/patching/test_patch.py::"
            "test_somebody_elses_undo_file_reaches_nothing_outside",
        ),
        "Advice for files of others, such as trusted_schema off",
        "",
        "",
        "Notebooks are signed; unsigned output that could act is not shown",
    ),
    Promise(
        "Undo",
        "Every verdict back to the first, past a restart; what an act has buried stays buried",
        (
            "tests/store/history/test_journal.py::test_undo_runs_back_to_the_beginning_past_a_restart",
            "tests/store/history/test_journal.py::"
            "test_what_an_act_has_buried_stays_buried_when_it_is_undone",
        ),
        "",
        "",
        "The history of each image is kept",
        "",
    ),
    Promise(
        "A folder that goes, a disk that cannot be written",
        "A verdict then fails loudly, is kept for saving elsewhere and touches nothing that took"
        " the place; on read-only media the last verdicts are read too",
        (
            "tests/campaign/test_lost_projects.py::"
            "test_a_verdict_fails_loudly_is_kept_and_touches_no_other_project",
            "tests/session/samples/test_vanished.py::"
            "test_a_crashed_project_on_read_only_media_shows_its_last_verdicts",
        ),
        "A moved file, or unfinished changes on read-only media, is an error",
        "",
        "",
        "",
    ),
    Promise(
        "A clock that is wrong",
        "What was done last counts, here and after merging; ages are by record, not by the clock",
        (
            "tests/campaign/test_clocks.py::test_what_was_done_last_counts_in_other_copies_too",
            "tests/campaign/test_clocks.py::test_an_export_is_older_than_the_verdicts_after_it",
            "tests/campaign/test_clocks.py::test_archives_are_written_whatever_the_clock_says",
        ),
        "",
        "",
        "",
        "",
    ),
    Promise(
        "Any image file",
        "Memory is bounded by the pixels in flight; a bad file costs itself; what pixels can still"
        " be read is read and marked",
        (
            "tests/campaign/test_mutated_images.py::"
            "test_no_mutated_image_ends_a_pass_or_takes_the_memory",
            "tests/pictures/test_memory.py::"
            "test_no_more_is_held_at_once_than_the_limit_however_many_threads",
            "tests/pictures/test_repair.py::test_large_metadata_does_not_cost_the_pixels",
            "tests/campaign/test_mutated_metadata.py::test_no_mutated_table_is_a_fault",
        ),
        "",
        "",
        "",
        "",
    ),
    Promise(
        "Pixels keep their meaning",
        "One scale for the deep images of a dataset, a ground that shows what is transparent; what"
        " cannot be read right is refused",
        (
            "tests/pictures/test_rendering.py::"
            "test_brightness_grows_with_the_values_in_every_file_of_a_dataset",
            "tests/pictures/test_rendering.py::test_what_is_drawn_on_nothing_is_seen",
            "tests/pictures/test_tiff_kinds.py::test_brighter_is_brighter",
            "tests/pictures/test_tiff_kinds.py::"
            "test_what_would_come_out_as_another_picture_is_refused",
        ),
        "",
        "",
        "",
        "",
    ),
    Promise(
        "Inert output",
        "No name commands a terminal, a spreadsheet, a browser or a window, or looks like two",
        (
            "tests/campaign/test_inert_output.py::test_names_stay_names",
            "tests/util/test_harmless.py::test_formulas_become_text_and_come_back",
        ),
        "",
        "",
        "",
        "Untrusted HTML is sanitised",
    ),
    Promise(
        "Pinned downloads",
        "Weights are held to a revision and a hash; tokens go to the host they belong to alone",
        (
            "tests/encoders/catalogue/test_download.py::"
            "test_what_is_pinned_must_have_the_hash_whatever_the_server_says",
            "tests/encoders/catalogue/test_download.py::test_the_token_goes_to_the_hub_alone",
            "tests/packaging/test_bootstrap_certificates.py::"
            "test_a_file_that_one_tool_trusts_is_trusted_by_all",
        ),
        "",
        "",
        "",
        "",
    ),
    Promise(
        "Long journals",
        "The thousandth undo costs what the first does; kept results are of every row",
        (
            "tests/store/history/test_long_journals.py::test_the_thousandth_undo_costs_what_the_first_does",
            "tests/store/history/test_long_journals.py::test_a_journal_is_read_in_few_queries",
            "tests/pipeline/detection/test_detect.py::"
            "test_the_key_of_kept_results_follows_every_row_of_an_embedding",
        ),
        "",
        "",
        "",
        "",
    ),
    Promise(
        "Hours of use",
        "Memory, handles, threads and widgets do not grow over hours of verdicts and reopening",
        ("tests/campaign/test_soak.py::test_nothing_is_lost_and_nothing_leaks",),
        "Soak tests before a release",
        "",
        "",
        "",
    ),
)


def table() -> str:
    """The promises as text."""
    lines = []
    for promise in PROMISES:
        lines += ["", promise.what, f"  LNL        {promise.lnl}"]
        lines += [f"             {test}" for test in promise.tests]
        for name in SOURCES:
            lines.append(f"  {name:10} {getattr(promise, name.lower()) or '-'}")
    lines += ["", "As documented in:", *(f"  {name:10} {where}" for name, where in SOURCES.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
