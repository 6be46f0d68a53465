namespace ProcessPool.Soak.Calls;

/// <summary>How a call is made.</summary>
internal enum CallKind
{
    Map,
    Imap,
    ImapUnordered,
    ImapOutcomes,
    ImapUnorderedOutcomes,
    Apply,
}

/// <summary>How a call is to end.</summary>
internal enum Ending
{
    /// <summary>By itself.</summary>
    Done,

    /// <summary>By its token, at a random moment.</summary>
    Cancelled,

    /// <summary>By its own limit of time.</summary>
    TimedOut,

    /// <summary>A stream that is not read to its end.</summary>
    LeftEarly,
}
