namespace ProcessPool.Coordinator.Examples;

/// <summary>How reports name an example: "made: 2000 images of 100x100".</summary>
/// <param name="Name">The name of its command.</param>
/// <param name="Verb">What is done.</param>
/// <param name="Unit">What it is done to.</param>
/// <param name="Kind">What kind of them; empty, or with a space in front.</param>
internal sealed record ExampleWords(string Name, string Verb, string Unit, string Kind = "");
