using System.Reflection;

namespace ProcessPool.MessagePack;

/// <summary>Tells the framework's own types, which travel only if a formatter knows them, from everybody else's.</summary>
/// <remarks>
/// By the public key alone, and not by where the assembly lies: in a self-contained app the framework and the user's
/// assemblies share one folder, in a single-file app there is no file, and the answer must be the same in all of them.
/// Each assembly of the shared frameworks, source builds included, carries one of these keys; nobody else can sign with
/// them, so a user's type is never taken for the framework's. Microsoft's own packages count as framework too.
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

    private static bool IsFramework(Assembly assembly) =>
        assembly.GetName().GetPublicKeyToken() is { Length: 8 } token && System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(token) is
            0x7CEC85D7BEA7798E // System.Private.CoreLib
            or 0xB03F5F7F11D50A3A // System.*, Microsoft.CSharp, Microsoft.Win32.*
            or 0xB77A5C561934E089 // ECMA: System.Core, System.Xml, System.Windows.Forms, …
            or 0xCC7B13FFCD2DDD51 // what started as packages: System.Memory, System.Text.Json, …
            or 0x31BF3856AD364E35 // WindowsBase and the rest of WPF
            or 0xADB9793829DDAE60; // ASP.NET Core and Microsoft.Extensions.*
}
