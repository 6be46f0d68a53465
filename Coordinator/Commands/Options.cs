using System.CommandLine;

namespace ProcessPool.Coordinator.Commands;

/// <summary>Makes options.</summary>
internal static class Options
{
    /// <summary>An option whose value is a whole number between two bounds. A value out of range is a usage error.</summary>
    public static Option<int> Number(string name, int? standard, int lowest, int highest, string description)
    {
        var option = new Option<int>(name) { Description = description };
        if (standard is { } value)
            option.DefaultValueFactory = _ => value;
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens.Count != 1 || !int.TryParse(result.Tokens[0].Value, out int given))
                return; // The parser reports these itself.
            if (given < lowest || given > highest)
            {
                string range = highest == int.MaxValue ? $"{lowest} or more" : $"between {lowest} and {highest}";
                result.AddError($"{name} must be {range}, not {given}.");
            }
        });
        return option;
    }
}
