namespace ProcessPool.Functions;

/// <summary>The argument of functions that take none, and the result of functions that return none. Sent as nil.</summary>
internal readonly struct Nothing;
