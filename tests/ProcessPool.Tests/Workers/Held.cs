namespace ProcessPool.Tests.Workers;

/// <summary>The state of a worker, which reports what happens to it. It cannot be sent.</summary>
internal sealed class Held : IDisposable
{
    public Stream Stream { get; } = Stream.Null;

    public string Say(string text)
    {
        Console.WriteLine(text);
        return text;
    }

    public void Dispose() => Say("disposed");
}
