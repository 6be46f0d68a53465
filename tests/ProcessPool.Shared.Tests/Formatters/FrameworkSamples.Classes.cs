using System.Drawing;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProcessPool.Tests.Formatters;

// Classes that travel as the data that they are made from; Framework_values_arrive_as_they_were looks at each more closely.
internal sealed partial class FrameworkSamples
{
    private void AddClasses()
    {
        Add(new Uri("http://example.org/%20?q"), new Uri("relative", UriKind.Relative), null);
        Add(new Version(1, 2), new Version(1, 2, 3, 4), null);
        Add(new StringBuilder("text"), new StringBuilder(1, 2));
        Add(CultureInfo.InvariantCulture, new CultureInfo("de-DE"));
        Add(TimeZoneInfo.Utc, TimeZoneInfo.Local);
        Add<Encoding>(Encoding.UTF8, new UTF8Encoding(false, true), Encoding.Latin1);
        Add(new Regex("a+", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(3)));
        Add<StringComparer>(StringComparer.Ordinal, StringComparer.InvariantCultureIgnoreCase);
        Add(IPAddress.Loopback, IPAddress.Parse("fe80::1%3"));
        Add(new IPEndPoint(IPAddress.Any, 80));
        Add(IPNetwork.Parse("10.0.0.0/8"), default);
        Add(new DnsEndPoint("example.org", 80));
        Add(JsonDocument.Parse("[1.0, null]"));
        Add(JsonDocument.Parse("{}").RootElement, default);
        Add<JsonNode>(new JsonObject { ["a"] = 1 });
        Add(new JsonObject { ["a"] = new JsonArray(1, "b", null) });
        Add(new JsonArray(1.5, true));
        Add<JsonValue>(JsonValue.Create("text"));
        Add(new FileInfo("relative"), new FileInfo("/absolute"));
        Add(new DirectoryInfo(".."));
        Add(new DriveInfo("/"));
        Add(new Point(1, 2));
        Add(new PointF(1, -0f));
        Add(new Size(1, 2));
        Add(new SizeF(1, 2));
        Add(new Rectangle(1, 2, 3, 4));
        Add(new RectangleF(1, 2, 3, 4));
        Add(Color.Empty, Color.Red, Color.FromArgb(1, 2, 3), Color.FromName("none"));
        Add<Type>(typeof(Dictionary<,>), typeof(int[]));
        Add<MethodInfo>(typeof(string).GetMethod("ToUpperInvariant")!);
    }
}
