namespace ProcessPool.Values;

/// <summary>An address as it was written.</summary>
internal static class UriData
{
    public static (string Text, bool IsAbsolute) Of(Uri value)
    {
        var data = (value.OriginalString, value.IsAbsoluteUri);

        // One that was made with options of its own (escaping switched off) does not tell; but it shows.
        var again = ToUri(data);
        if (value.IsAbsoluteUri && (again.AbsoluteUri != value.AbsoluteUri || again.UserEscaped != value.UserEscaped))
            throw new NotSupportedException($"'{value}' was made with options that do not show; send its text");
        return data;
    }

    public static Uri ToUri((string Text, bool IsAbsolute) data) => new(data.Text, data.IsAbsolute ? UriKind.Absolute : UriKind.Relative);
}
