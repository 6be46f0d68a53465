using System.Drawing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ProcessPool.Functions;

namespace ProcessPool.Tests.Formatters;

[TestFixture]
internal sealed partial class Framework_values_arrive_as_they_were
{
    [Test]
    public void Addresses_as_they_were_written()
    {
        foreach (var text in (string[])["http://example.org/a%20b?q=ä#f", "../up/and?down", "", "file:///tmp/x y", "mailto:a@b.c", "HTTP://EXAMPLE.org:80/./x/../y"])
        {
            var uri = new Uri(text, UriKind.RelativeOrAbsolute);
            var copy = Wire.RoundTrip(uri);
            Assert.That(copy, Is.EqualTo(uri));
            Assert.That((copy.OriginalString, copy.ToString(), copy.IsAbsoluteUri), Is.EqualTo((uri.OriginalString, uri.ToString(), uri.IsAbsoluteUri)));
        }

        Assert.That(Wire.RoundTrip<Uri?>(null), Is.Null);
        var raw = new Uri("http://example.org/a%2Fb/../%41", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        Assert.That(Wire.Refusal(raw).Message, Does.Contain("options"));
    }

    [Test]
    public void Versions_with_as_many_parts()
    {
        foreach (var text in (string[])["1.2", "1.2.0", "1.2.3.0", "0.0.0.2147483647"]) Assert.That(Wire.RoundTrip(new Version(text)).ToString(), Is.EqualTo(text));
    }

    [Test]
    public void Cultures_and_what_was_changed_in_them()
    {
        foreach (var culture in (CultureInfo[])[CultureInfo.InvariantCulture, CultureInfo.GetCultureInfo("de-DE"), new("fr-FR", false), new("ja-JP")])
        {
            var copy = Wire.RoundTrip(culture);
            Assert.That(copy, Is.EqualTo(culture));
            Assert.That((copy.IsReadOnly, copy.UseUserOverride), Is.EqualTo((culture.IsReadOnly, culture.UseUserOverride)));
        }

        var changed = new CultureInfo("de-DE");
        changed.NumberFormat.NumberDecimalSeparator = "!";
        changed.DateTimeFormat.Calendar.TwoDigitYearMax = 2099;
        foreach (var culture in (CultureInfo[])[changed, CultureInfo.ReadOnly(changed)])
        {
            var copy = Wire.RoundTrip(culture);
            Assert.That((copy.NumberFormat.NumberDecimalSeparator, copy.IsReadOnly), Is.EqualTo(("!", culture.IsReadOnly)));
            Assert.That(copy.DateTimeFormat.Calendar.TwoDigitYearMax, Is.EqualTo(2099));
        }

        var odd = new CultureInfo("de-DE");
        odd.DateTimeFormat.SetAllDateTimePatterns(["d"], 'd');
        odd.DateTimeFormat.ShortDatePattern = "dd.MM";
        Assert.That(Wire.RoundTrip(odd).DateTimeFormat.GetAllDateTimePatterns('d'), Is.EqualTo(odd.DateTimeFormat.GetAllDateTimePatterns('d')));
    }

    [Test]
    public void Time_zones_of_the_system_and_others()
    {
        var custom = TimeZoneInfo.CreateCustomTimeZone("Ours", TimeSpan.FromMinutes(77), "Our time; a\\b [c]", "Ours");
        foreach (var zone in (TimeZoneInfo[])[TimeZoneInfo.Utc, TimeZoneInfo.Local, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), custom])
        {
            var copy = Wire.RoundTrip(zone);
            Assert.That(copy, Is.EqualTo(zone));
            Assert.That((copy.DisplayName, copy.StandardName), Is.EqualTo((zone.DisplayName, zone.StandardName)));
        }
    }

    [Test]
    public void Encodings_with_what_they_do_about_faults()
    {
        Encoding[] encodings =
        [
            Encoding.UTF8, Encoding.Default, new UTF8Encoding(false, true), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode,
            new UnicodeEncoding(true, false, true), Encoding.UTF32, new UTF32Encoding(true, false), Encoding.ASCII, Encoding.Latin1,
            Encoding.GetEncoding("us-ascii", new EncoderReplacementFallback("_"), DecoderFallback.ExceptionFallback), Encoding.GetEncoding(28591),
        ];
        foreach (var encoding in encodings)
        {
            var copy = Wire.RoundTrip(encoding);
            Assert.That(copy, Is.EqualTo(encoding));
            Assert.That(copy.GetPreamble(), Is.EqualTo(encoding.GetPreamble()));
            Assert.That(Wire.RoundTrip(new Holder<Encoding>(encoding)).Value, Is.EqualTo(encoding));
        }

        Assert.That(Wire.Refusal(Encoding.GetEncoding("us-ascii", new Shouting(), DecoderFallback.ReplacementFallback)).Message, Does.Contain("us-ascii"));
    }

    [Test]
    public void Regular_expressions_generated_ones_too()
    {
        foreach (var regex in (Regex[])[new("a(?<x>b)+", RegexOptions.Compiled | RegexOptions.IgnoreCase), new("", RegexOptions.None, TimeSpan.FromSeconds(1)), Generated()])
        {
            var copy = Wire.RoundTrip(regex);
            Assert.That(copy.ToString(), Is.EqualTo(regex.ToString()));
            Assert.That((copy.Options, copy.MatchTimeout), Is.EqualTo((regex.Options, regex.MatchTimeout)));
            Assert.That(copy.GetGroupNames(), Is.EqualTo(regex.GetGroupNames()));
        }

        Assert.That(Wire.Refusal<Regex>(new OwnRegex()).Message, Does.Contain("OwnRegex"));
    }

    [Test]
    public void A_time_in_UTC_as_the_timestamp_of_the_specification()
    {
        Assert.That(Wire.Write(DateTime.UnixEpoch.AddSeconds(1)), Is.EqualTo(new byte[] { 0xD6, 0xFF, 0, 0, 0, 1 }));
        Assert.That(Wire.Read<DateTime>([0xD6, 0xFF, 0, 0, 0, 1]).Kind, Is.EqualTo(DateTimeKind.Utc));
        foreach (var kind in Enum.GetValues<DateTimeKind>())
            Assert.That(Wire.RoundTrip(new DateTime(2026, 1, 2, 3, 4, 5, 678, kind)).Kind, Is.EqualTo(kind));
    }

    [Test]
    public void Network_addresses()
    {
        foreach (var text in (string[])["127.0.0.1", "::1", "fe80::1%3", "255.255.255.255"]) Same(IPAddress.Parse(text));
        Same(IPAddress.Loopback, IPAddress.IPv6Any);
        Same(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 443));
        Same(IPNetwork.Parse("10.0.0.0/8"), default);
        Same(new DnsEndPoint("example.org", 80), new DnsEndPoint("example.org", 80, AddressFamily.InterNetworkV6));
    }

    [Test]
    public void Text_under_construction()
    {
        var text = new StringBuilder(16, 100).Append("abcd");
        var copy = Wire.RoundTrip(text);
        Assert.That((copy.ToString(), copy.MaxCapacity), Is.EqualTo(("abcd", 100)));
        copy.Append("more");
    }

    [Test]
    public void Json()
    {
        const string text = """{"a":[1,2.50,1e400,null,"ä\u0001"],"A":{"b":true}}""";
        using var document = JsonDocument.Parse(text);
        Assert.That(Wire.RoundTrip(document).RootElement.GetRawText(), Is.EqualTo(text));
        Assert.That(Wire.RoundTrip(document.RootElement.GetProperty("a")).GetRawText(), Is.EqualTo("""[1,2.50,1e400,null,"ä\u0001"]"""));
        Assert.That(Wire.RoundTrip(default(JsonElement)).ValueKind, Is.EqualTo(JsonValueKind.Undefined));
        using var commented = JsonDocument.Parse("[1, /* one */ 2,]", new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        Assert.That(Wire.RoundTrip(commented).RootElement.GetArrayLength(), Is.EqualTo(2));

        var node = JsonNode.Parse(text, new JsonNodeOptions { PropertyNameCaseInsensitive = false })!;
        Assert.That(JsonNode.DeepEquals(Wire.RoundTrip(node), node), Is.True);
        Assert.That(JsonNode.DeepEquals(Wire.RoundTrip(node.AsObject()), node), Is.True);
        Assert.That(JsonNode.DeepEquals(Wire.RoundTrip(node["a"]!.AsArray()), node["a"]), Is.True);
        Assert.That(Wire.RoundTrip(JsonValue.Create(0.1f)).GetValue<float>(), Is.EqualTo(0.1f));
        Assert.That(Wire.Refusal(JsonValue.Create(double.NaN)).Message, Does.Contain("JsonValue"));
        var insensitive = Wire.RoundTrip(JsonNode.Parse("""{"Key":1}""", new JsonNodeOptions { PropertyNameCaseInsensitive = true })!);
        Assert.That((int?)insensitive["kEY"], Is.EqualTo(1));
    }

    [Test]
    public void Points_and_colours()
    {
        Same(new Point(1, -2));
        Same(new RectangleF(1, 2, 3, 4));
        Assert.That(Wire.RoundTrip((SizeF[])[new(1, 2)]), Is.EqualTo(new SizeF[] { new(1, 2) }));
        Same(Color.Empty, Color.Red, Color.FromArgb(255, 255, 0, 0), Color.FromName("nowhere"), Color.FromName(""), Color.FromKnownColor(KnownColor.Menu));
    }

    [Test]
    public void Files_and_directories_by_their_paths()
    {
        foreach (var path in (string[])["relative/x.txt", "/absolute", "./."])
        {
            var (file, directory) = (Wire.RoundTrip(new FileInfo(path)), Wire.RoundTrip(new DirectoryInfo(path)));
            Assert.That((file.FullName, file.ToString()), Is.EqualTo((new FileInfo(path).FullName, path)));
            Assert.That((directory.FullName, directory.ToString()), Is.EqualTo((new DirectoryInfo(path).FullName, path)));
        }

        Assert.That(Wire.RoundTrip(new DriveInfo("/")).Name, Is.EqualTo("/"));
    }

    [Test]
    public void Comparers_of_text()
    {
        Assert.That(Wire.RoundTrip(StringComparer.OrdinalIgnoreCase), Is.SameAs(StringComparer.OrdinalIgnoreCase));
        Assert.That(Wire.Refusal(StringComparer.Create(CultureInfo.GetCultureInfo("tr-TR"), true)).Message, Does.Contain("omparer"));
    }

    [Test]
    public void Types_and_methods_by_what_they_are()
    {
        FunctionFormatters.Register();
        foreach (var type in (Type?[])[null, typeof(int), typeof(string[,]), typeof(Dictionary<string, List<int>>), typeof(List<>), typeof(Holder<>), typeof(Holder<Uri>)])
            Assert.That(Through(type), Is.SameAs(type));
        foreach (var method in (MethodInfo[])[
            ((Func<string, bool>)string.IsNullOrEmpty).Method, typeof(Holder<int>).GetMethod("ToString")!, typeof(Holder<string>).GetMethod("GetHashCode")!,
            typeof(OwnRegex).GetMethod("IsMatch", [typeof(string)])!, typeof(Enumerable).GetMethod("Empty")!.MakeGenericMethod(typeof(int))])
            Assert.That(Through(method), Is.EqualTo(method));
        Assert.That(() => Through(typeof(int).MakeByRefType()), Throws.TypeOf<ValueException>().With.Message.Contains("address"));
        Assert.That(() => Through(new System.Reflection.Emit.DynamicMethod("made", null, null) as MethodInfo), Throws.TypeOf<ValueException>());
        Assert.That(() => Through(typeof(int[,]).GetMethod("Get")!), Throws.TypeOf<ValueException>());
    }

    [Test]
    public void Exceptions_as_those_that_a_task_throws()
    {
        FunctionFormatters.Register();
        var copy = Through<Exception>(new ArgumentOutOfRangeException("x", 5, "too much"));
        Assert.That(copy, Is.TypeOf<ArgumentOutOfRangeException>().With.Property("ActualValue").EqualTo(5));
        Assert.That(Through<InvalidOperationException?>(null), Is.Null);
        Assert.That(Through<Exception>(new OperationCanceledException()), Is.TypeOf<RemoteTaskException>());
        Assert.That(() => Through(new OperationCanceledException()), Throws.TypeOf<ValueException>());
    }

    [GeneratedRegex("x+(y)?", RegexOptions.IgnoreCase)]
    private static partial Regex Generated();

    private static void Same<T>(params T[] values)
    {
        foreach (var value in values) Assert.That(Wire.RoundTrip(value), Is.EqualTo(value));
    }

    /// <summary>With all that functions know how to send.</summary>
    private static T Through<T>(T value) =>
        Wire.Read<T>(Wire.Write(value, ProcessPool.Values.Formatters.Default), ProcessPool.Values.Formatters.Default);

    private sealed record Holder<T>(T Value);

    private sealed class OwnRegex() : Regex("x");

    private sealed class Shouting : EncoderFallback
    {
        public override int MaxCharCount => 1;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new EncoderReplacementFallback("!").CreateFallbackBuffer();
    }
}
