using System.Reflection;

namespace ProcessPool.Values;

/// <summary>
/// Distinguishes the framework's own types, which can be sent only if a formatter supports them, from all others.
/// </summary>
/// <remarks>
/// Only the public key decides, not the location of the assembly: in a self-contained app the framework and the user's assemblies
/// share one folder, in a single-file app there is no file, and the answer must be the same in all of them. Each assembly of the
/// shared frameworks, including source builds, has one of these keys. Nobody else can sign with them, so a user's type is never
/// mistaken for one of the framework. Microsoft's own packages count as framework too.
/// </remarks>
internal static class FrameworkAssemblies
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<Assembly, bool> Known = [];

    public static bool Contains(Type type)
    {
        var assembly = type.Assembly;
        if (assembly == typeof(object).Assembly) return true;
        lock (Gate)
        {
            if (!Known.TryGetValue(assembly, out var known)) Known.Add(assembly, known = IsFramework(assembly));
            return known;
        }
    }

    /// <summary>
    /// Searches the text of the full name, because parsing it with AssemblyName costs a millisecond at startup.
    /// </summary>
    private static bool IsFramework(Assembly assembly)
    {
        const string Label = "PublicKeyToken=";
        var name = assembly.FullName ?? "";
        var label = name.IndexOf(Label, StringComparison.Ordinal);
        return label >= 0 && name[(label + Label.Length)..] is
            "7cec85d7bea7798e" // System.Private.CoreLib
            or "b03f5f7f11d50a3a" // System.*, Microsoft.CSharp, Microsoft.Win32.*
            or "b77a5c561934e089" // ECMA: System.Core, System.Xml, System.Windows.Forms, …
            or "cc7b13ffcd2ddd51" // what started as packages: System.Memory, System.Text.Json, …
            or "31bf3856ad364e35" // WindowsBase and the rest of WPF
            or "adb9793829ddae60"; // ASP.NET Core and Microsoft.Extensions.*
    }
}
