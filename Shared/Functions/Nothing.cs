namespace ProcessPool.Functions;

/// <summary>The argument of functions that take none, and the result of those that give none; travels as nil.</summary>
internal readonly struct Nothing;
