"""Roster and bill files in; clean tables, rows set aside and problems out.

    path, stream   files, blocks, layout, quoting, records, csv_table   -> batches of text
    data frame     frame_table                                          -> batches of text
    batches        headers, persons (identity), facts (columns, cells), filling -> values
    whole file     census                                               -> who is there twice
    doors          roster.open_roster, roster.roster_from_frame, bills.open_bills

Problem codes of this room. Whatever happens in a row is a warning or a note: it may stop the row,
never the run. An error means that the file as a whole cannot be used.

    VB401  the file cannot be opened            VB402  not a CSV file or table
    VB403  nothing to read in it                VB404  a byte that is no text in any encoding
    VB405  a zero byte                          VB406  a line that never ends
    VB407  no header row                        VB408  changed while it was read
    VB410  no date                              VB411  a day that does not exist
    VB412  January or October                   VB413  out of range, or a stand-in for no day
    VB414  no number                            VB415  too many decimals
    VB416  none of the allowed values           VB417  neither yes nor no
    VB418  no division code                     VB419  a number that a spreadsheet has rounded
    VB420  an ID number that a spreadsheet has rounded, or perhaps has
    VB421  wrong check character                VB422  a birth date that does not exist
    VB423  no ID number at all                  VB424  a person id or ID number of several rows
    VB425  birth date differs from the ID       VB426  sex differs from the ID
    VB427  a month without a day                VB428  nobody is named, or only by the ID number
    VB429  an ID number of 15 digits
    VB430  no column says whose row it is       VB431  two columns for one fact
    VB432  a header near a fact                 VB433  headers of no fact
    VB435  a fact without a column
    VB440  fewer or more cells than headers     VB441  quotes that enclose nothing whole
    VB442  hardly any row fits the headers      VB450  a bill id of several rows
"""
