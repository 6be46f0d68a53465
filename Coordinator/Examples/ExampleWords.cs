namespace ProcessPool.Coordinator.Examples;

/// <summary>The words that reports use for an example, as in "made: 2000 images of 100x100".</summary>
/// <param name="Name">The name of its command.</param>
/// <param name="Verb">What was done, such as "made".</param>
/// <param name="Unit">What the items are, such as "images".</param>
/// <param name="Kind">A detail of the items, such as " of 100x100", with its leading space; or empty.</param>
internal sealed record ExampleWords(string Name, string Verb, string Unit, string Kind = "");
