namespace ProcessPool.Values;

/// <summary>A URI by its original text.</summary>
internal static class UriData
{
    public static (string Text, bool IsAbsolute) Of(Uri value)
    {
        var data = (value.OriginalString, value.IsAbsoluteUri);

        // A Uri does not expose the creation options it was created with (no escaping), but their effect is visible.
        var again = ToUri(data);
        if (value.IsAbsoluteUri && (again.AbsoluteUri != value.AbsoluteUri || again.UserEscaped != value.UserEscaped))
            throw new NotSupportedException($"'{value}' was created with options that cannot be sent; send its text");
        return data;
    }

    public static Uri ToUri((string Text, bool IsAbsolute) data) => new(data.Text, data.IsAbsolute ? UriKind.Absolute : UriKind.Relative);
}
