using System.Globalization;
using System.Text.RegularExpressions;

namespace ProcessPool.Soak.Ledger;

/// <summary>What a failure says about itself.</summary>
internal static partial class Failure
{
    /// <summary>The item that failed; null if it is not an item that did.</summary>
    public static int? IndexOf(Exception failure) => failure.Data["ProcessPool.Item"] is long index ? (int)index : null;

    /// <summary>The process that was too late: only its message has it.</summary>
    public static int ProcessOf(ItemTimeoutException failure) =>
        int.Parse(ProcessInMessage().Match(failure.Message).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(process (\d+)\)")]
    private static partial Regex ProcessInMessage();
}
