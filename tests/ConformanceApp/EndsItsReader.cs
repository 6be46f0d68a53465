using ProcessPool;

namespace ConformanceApp;

/// <summary>A result that ends the process that reads it.</summary>
[ValueFormatter(typeof(Formatter))]
internal sealed record EndsItsReader(int Number)
{
    public sealed class Formatter : IValueFormatter<EndsItsReader, int>
    {
        public int ToData(EndsItsReader value) => value.Number;

        public EndsItsReader FromData(int data)
        {
            Environment.Exit(17);
            return new EndsItsReader(data);
        }
    }
}
