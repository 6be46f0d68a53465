using System.Globalization;

namespace GuardApp;

/// <summary>What this program has counted.</summary>
internal static class Figures
{
    public static void Print(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
}
