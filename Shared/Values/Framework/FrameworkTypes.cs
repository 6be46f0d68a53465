using System.Drawing;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProcessPool.Values;

/// <summary>The framework types that are sent as the data they are created from.</summary>
/// <remarks>
/// They are found by name, and each has its own lambda, so a program that does not use them does not load their assemblies. The
/// received value must equal the sent one in all its public members. Values for which that is impossible are refused.
/// </remarks>
internal static class FrameworkTypes
{
    public static ValueFormatter? Find(Type type) => Maker(type.FullName)?.Invoke();

    private static Func<ValueFormatter>? Maker(string? name) => name switch
    {
        "System.Uri" => static () => Convert<Uri, (string, bool)>(UriData.Of, UriData.ToUri),
        "System.Version" => static () => Convert<Version, (int, int, int, int)>(
            static v => (v.Major, v.Minor, v.Build, v.Revision), VersionOf),
        "System.Text.StringBuilder" => static () => Convert<StringBuilder, (string, int)>(
            static b => (b.ToString(), b.MaxCapacity), static d => new StringBuilder(Math.Min(16, d.Item2), d.Item2).Append(d.Item1)),
        "System.Globalization.CultureInfo" => static () => Convert<CultureInfo, (string, bool, bool, Dictionary<string, string[]>?)>(
            CultureData.Of, CultureData.ToCulture),
        "System.TimeZoneInfo" => static () => Convert<TimeZoneInfo, (bool, string)>(TimeZoneData.Of, TimeZoneData.ToTimeZone),
        "System.Text.Encoding" => static () => Convert<Encoding, EncodingData>(EncodingData.Of, EncodingData.ToEncoding),
        "System.Text.RegularExpressions.Regex" => static () => Convert<Regex, (string, RegexOptions, TimeSpan)>(
            RegexData.Of, static d => new Regex(d.Item1, d.Item2, d.Item3), derived: true),
        "System.Net.IPAddress" => static () => Convert<IPAddress, (byte[], long)>(AddressOf, ToAddress, derived: true),
        "System.Net.IPEndPoint" => static () => Convert<IPEndPoint, (IPAddress, int)>(
            static e => (e.Address, e.Port), static d => new IPEndPoint(d.Item1, d.Item2)),
        "System.Net.IPNetwork" => static () => Convert<IPNetwork, (IPAddress, int)>(
            static n => (n.BaseAddress, n.PrefixLength), static d => new IPNetwork(d.Item1, d.Item2)),
        "System.Net.DnsEndPoint" => static () => Convert<DnsEndPoint, (string, int, System.Net.Sockets.AddressFamily)>(
            static e => (e.Host, e.Port, e.AddressFamily), static d => new DnsEndPoint(d.Item1, d.Item2, d.Item3)),
        "System.Text.Json.JsonDocument" => static () => Convert<JsonDocument, byte[]>(static d => JsonData.Of(d.RootElement), JsonData.ToDocument),
        "System.Text.Json.JsonElement" => static () => Convert<JsonElement, byte[]>(JsonData.Of, JsonData.ToElement),
        "System.Text.Json.Nodes.JsonNode" => static () => Convert<JsonNode, (byte[], bool)>(JsonData.Of, JsonData.ToNode),
        "System.Text.Json.Nodes.JsonObject" => static () => Convert<JsonObject, (byte[], bool)>(JsonData.Of, static d => JsonData.ToNode(d).AsObject()),
        "System.Text.Json.Nodes.JsonArray" => static () => Convert<JsonArray, (byte[], bool)>(JsonData.Of, static d => JsonData.ToNode(d).AsArray()),
        "System.Text.Json.Nodes.JsonValue" => static () => Convert<JsonValue, (byte[], bool)>(JsonData.Of, static d => JsonData.ToNode(d).AsValue()),
        "System.IO.FileInfo" => static () => Convert<FileInfo, (string, string)>(PathData.Of, PathData.ToFile),
        "System.IO.DirectoryInfo" => static () => Convert<DirectoryInfo, (string, string)>(PathData.Of, PathData.ToDirectory),
        "System.IO.DriveInfo" => static () => Convert<DriveInfo, string>(static d => d.Name, static d => new DriveInfo(d)),
        "System.Drawing.Color" => static () => Convert<Color, (KnownColor, string?, int?)>(ColorData.Of, ColorData.ToColor),
        "System.StringComparer" => static () => Convert<StringComparer, int>(Comparers.NumberOf, Comparers.StringComparerOf),
        _ => null,
    };

    private static ConvertedFormatter<T, TData> Convert<T, TData>(Func<T, TData> toData, Func<TData, T> fromData, bool derived = false) =>
        new(toData, fromData, derived: derived);

    private static Version VersionOf((int Major, int Minor, int Build, int Revision) data) => data switch
    {
        (_, _, < 0, _) => new Version(data.Major, data.Minor),
        (_, _, _, < 0) => new Version(data.Major, data.Minor, data.Build),
        _ => new Version(data.Major, data.Minor, data.Build, data.Revision),
    };

    /// <summary>Only IPv6 addresses have a scope, and there it is always sent.</summary>
    private static (byte[] Address, long Scope) AddressOf(IPAddress value) =>
        (value.GetAddressBytes(), value.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? value.ScopeId : 0);

    private static IPAddress ToAddress((byte[] Address, long Scope) data) =>
        data.Scope == 0 ? new IPAddress(data.Address) : new IPAddress(data.Address, data.Scope);
}
