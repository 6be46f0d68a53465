namespace ProcessPool.Tests.Semantics;

internal sealed record Order(int Number, string? Customer, List<Line> Lines);

internal readonly record struct Line(string Text, decimal Price);

internal sealed class Box<T>(T content)
{
    private readonly T _content = content;

    public T Content => _content;
}

internal struct Pixel
{
    public byte Red;
    public byte Green;
    public short Depth;
}

/// <summary>A node that can be part of a cycle.</summary>
internal class Node
{
    public int Number { get; init; }

    public Node? Next { get; set; }
}

/// <summary>Not a class that a node says it may be.</summary>
internal sealed class Named : Node;

/// <summary>Cannot be sent, which its type already shows.</summary>
internal sealed class Upload
{
    public string Name { get; init; } = "";

    public Stream? Body { get; init; }
}
