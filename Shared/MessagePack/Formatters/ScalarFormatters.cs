namespace ProcessPool.MessagePack;

/// <summary>MessagePack's own true and false.</summary>
internal sealed class BooleanFormatter : Formatter<bool>
{
    public override void Write(MessagePackWriter writer, bool value) => writer.Write(value);

    public override bool Read(MessagePackReader reader) => reader.ReadBoolean();
}

/// <summary>float 32.</summary>
internal sealed class SingleFormatter : Formatter<float>
{
    public override void Write(MessagePackWriter writer, float value) => writer.Write(value);

    public override float Read(MessagePackReader reader) => reader.ReadSingle();
}

/// <summary>float 64.</summary>
internal sealed class DoubleFormatter : Formatter<double>
{
    public override void Write(MessagePackWriter writer, double value) => writer.Write(value);

    public override double Read(MessagePackReader reader) => reader.ReadDouble();
}

/// <summary>Text, or nil.</summary>
internal sealed class StringFormatter : Formatter<string?>
{
    public override void Write(MessagePackWriter writer, string? value) => writer.Write(value);

    public override string? Read(MessagePackReader reader) => reader.ReadString();
}
