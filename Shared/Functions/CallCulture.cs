using System.Globalization;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>The culture that a function runs in: the name of a culture, and the settings that the caller has changed in it.</summary>
internal sealed class CallCulture
{
    private readonly Dictionary<string, string[]>? _changes;
    private CultureInfo? _culture;

    /// <summary>Read-only cultures that were seen by this thread, current and UI culture. They cannot change, so they are compared once.</summary>
    [ThreadStatic]
    private static (CultureInfo? Culture, CallCulture? Data) _seen, _seenForUI;

    private CallCulture(string name, Dictionary<string, string[]>? changes) => (Name, _changes) = (name, changes);

    public string Name { get; }

    /// <param name="culture">The culture; null: the current one of this thread.</param>
    /// <exception cref="ValueException">Another process cannot have this culture.</exception>
    public static CallCulture Of(CultureInfo? culture) => Of(culture ?? CultureInfo.CurrentCulture, ref _seen, nameof(CultureInfo.CurrentCulture));

    /// <inheritdoc cref="Of(CultureInfo?)"/>
    public static CallCulture OfUI(CultureInfo? culture) => Of(culture ?? CultureInfo.CurrentUICulture, ref _seenForUI, nameof(CultureInfo.CurrentUICulture));

    private static CallCulture Of(CultureInfo culture, ref (CultureInfo? Culture, CallCulture? Data) seen, string role)
    {
        if (ReferenceEquals(seen.Culture, culture)) return seen.Data!;
        var data = Make(culture, role);
        if (culture.IsReadOnly) seen = (culture, data);
        return data;
    }

    private static CallCulture Make(CultureInfo culture, string role)
    {
        try
        {
            return new CallCulture(culture.Name, CultureData.ChangesOf(culture, userOverride: false));
        }
        catch (NotSupportedException e)
        {
            throw new ValueException(role, typeof(CultureInfo), $"{e.Message}. Items run in the culture of their caller. Set another one before the call.", e);
        }
    }

    /// <summary>Writes the name, or an array of the name and the changes.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        if (_changes is null)
        {
            writer.WriteText(Name);
            return;
        }

        writer.WriteArrayHeader(2);
        writer.WriteText(Name);
        writer.WriteMapHeader(_changes.Count);
        foreach (var (setting, texts) in _changes)
        {
            writer.WriteText(setting);
            writer.WriteArrayHeader(texts.Length);
            foreach (var text in texts) writer.WriteText(text);
        }
    }

    public static CallCulture Read(ref MessagePackReader reader)
    {
        if (reader.NextMessagePackType != MessagePackType.Array) return new CallCulture(reader.ReadText() ?? "", null);
        if (reader.ReadArrayHeader() != 2) throw new BrokenValueException("A culture has a name and changes.");
        var name = reader.ReadText() ?? "";
        Dictionary<string, string[]> changes = [];
        for (var left = reader.ReadMapHeader(); left > 0; left--)
        {
            var setting = reader.ReadText() ?? throw new BrokenValueException("A setting of a culture has no name.");
            List<string> texts = [];
            for (var more = reader.ReadArrayHeader(); more > 0; more--)
                texts.Add(reader.ReadText() ?? throw new BrokenValueException($"The setting {setting} of a culture has no value."));
            changes[setting] = [.. texts];
        }

        return new CallCulture(name, changes);
    }

    /// <summary>
    /// The culture, read-only: an item that changed the settings of its current culture would change them for other items too.
    /// </summary>
    public CultureInfo ToCulture() =>
        _culture ??= _changes is null ? CultureInfo.GetCultureInfo(Name) : CultureData.ToCulture((Name, true, false, _changes));
}
