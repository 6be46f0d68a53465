using System.CodeDom.Compiler;
using System.Text.RegularExpressions;

namespace ProcessPool.Values;

/// <summary>A regular expression by its pattern. A source-generated one arrives as an ordinary one.</summary>
internal static class RegexData
{
    public static (string Pattern, RegexOptions Options, TimeSpan Timeout) Of(Regex value)
    {
        var type = value.GetType();
        if (type != typeof(Regex) && !type.IsDefined(typeof(GeneratedCodeAttribute), false)) throw Refused.RuntimeType(typeof(Regex), type);
        return (value.ToString(), value.Options, value.MatchTimeout);
    }
}
