using System.CommandLine;

namespace ProcessPool.Coordinator.Commands;

/// <summary>How options are made; a value out of range is a wrong argument.</summary>
internal static class Options
{
    /// <summary>How many worker processes; understood before and after the subcommand.</summary>
    public static Option<int> Workers()
    {
        Option<int> option = Number("--workers", Environment.ProcessorCount, 1, int.MaxValue, "Worker processes.");
        option.Recursive = true;
        return option;
    }

    /// <summary>A whole number between two bounds.</summary>
    public static Option<int> Number(string name, int standard, int lowest, int highest, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens.Count != 1 || !int.TryParse(result.Tokens[0].Value, out int value))
                return; // The parser has its own words for these.
            if (value < lowest || value > highest)
            {
                string range = highest == int.MaxValue ? $"{lowest} or more" : $"between {lowest} and {highest}";
                result.AddError($"{name} must be {range}, not {value}.");
            }
        });
        return option;
    }
}
