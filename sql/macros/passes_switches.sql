-- Whether the three switches leave a row. They act on the Hub only, for a leaderboard knows nothing of them.
create macro passes_switches(of_dataset, text_generation, hide_derived, downloaded, is_text_generation, is_derived, is_downloaded) as
    of_dataset != 'hub'
    or (
        (is_text_generation or not text_generation)
        and (not is_derived or not hide_derived)
        and (is_downloaded or not downloaded)
    )
