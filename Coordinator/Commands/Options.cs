using System.CommandLine;

namespace ProcessPool.Coordinator.Commands;

/// <summary>How options are made; a value out of range is a wrong argument.</summary>
internal static class Options
{
    /// <summary>A whole number between two bounds.</summary>
    public static Option<int> Number(string name, int? standard, int lowest, int highest, string description)
    {
        var option = new Option<int>(name) { Description = description };
        if (standard is { } value)
            option.DefaultValueFactory = _ => value;
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens.Count != 1 || !int.TryParse(result.Tokens[0].Value, out int given))
                return; // The parser has its own words for these.
            if (given < lowest || given > highest)
            {
                string range = highest == int.MaxValue ? $"{lowest} or more" : $"between {lowest} and {highest}";
                result.AddError($"{name} must be {range}, not {given}.");
            }
        });
        return option;
    }
}
