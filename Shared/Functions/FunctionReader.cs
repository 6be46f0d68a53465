using System.Reflection;
using System.Runtime.CompilerServices;
using ProcessPool.MessagePack;

namespace ProcessPool.Functions;

/// <summary>Makes a delegate of what <see cref="FunctionWriter"/> wrote.</summary>
internal readonly struct FunctionReader
{
    private readonly MessagePackReader _reader;
    private readonly IdentityReader _identities;
    private readonly CancellationToken _itemToken;
    private readonly FormatterResolver _formatters;
    private readonly List<object> _environments = [];
    private readonly List<Delegate> _functions = [];

    static FunctionReader() => FunctionFormatters.Register();

    private FunctionReader(MessagePackReader reader, CancellationToken itemToken, FormatterResolver formatters)
    {
        _reader = reader;
        _identities = new IdentityReader(reader);
        _itemToken = itemToken;
        _formatters = formatters;
        Expect(_reader.ReadArrayHeader() == 4, "a function");

        // Grown as they come: a count costs its sender five bytes.
        for (var count = _reader.ReadArrayHeader(); count > 0; count--) _environments.Add(RuntimeHelpers.GetUninitializedObject(ReadEnvironmentType()));
    }

    /// <summary>Reads a function.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="itemToken">What every captured cancellation token becomes that can be cancelled.</param>
    /// <param name="formatters">Those of what it captured.</param>
    /// <exception cref="FunctionException">This process has not the code that the function means.</exception>
    /// <exception cref="MessagePackException">The bytes are no function.</exception>
    public static Delegate Read(MessagePackReader reader, CancellationToken itemToken, FormatterResolver formatters)
    {
        var around = FunctionFormatters.ItemToken;
        FunctionFormatters.ItemToken = itemToken;
        try
        {
            return new FunctionReader(reader, itemToken, formatters).Read();
        }
        catch (Exception e) when (e is not (FunctionException or MessagePackException or ValueException or IOException or ObjectDisposedException or OutOfMemoryException))
        {
            // Initializers of the user's classes, and whatever reflection thinks of bytes that are damaged.
            throw new FunctionException($"The function cannot be rebuilt in this process: {e.Message}", e);
        }
        finally
        {
            FunctionFormatters.ItemToken = around;
        }
    }

    private static void Expect(bool condition, string expected)
    {
        if (!condition) throw new MessagePackException($"Expected {expected}, found something else.");
    }

    private Delegate Read()
    {
        for (var count = _reader.ReadArrayHeader(); count > 0; count--) _functions.Add(ReadFunction());
        var root = FunctionAt(_reader.ReadInt32());
        Expect(_reader.ReadArrayHeader() == _environments.Count, "the content of each environment");
        foreach (var environment in _environments) ReadContent(environment);
        return root;
    }

    private Type ReadEnvironmentType()
    {
        var others = _reader.ReadArrayHeader() - 1;
        var type = _identities.ReadType();
        for (; others > 0; others--) _identities.TryReadAssembly();
        Expect(EnvironmentType.Includes(type, _formatters.Users), "a closure or a user's class");
        return type;
    }

    private Delegate ReadFunction()
    {
        Expect(_reader.ReadArrayHeader() == 3, "delegate type, method and target");
        var type = _identities.ReadType();
        var method = _identities.ReadMethod();
        var target = ReadTarget();
        try
        {
            return Delegate.CreateDelegate(type, target, method);
        }
        catch (ArgumentException e)
        {
            throw new FunctionException($"{method.DeclaringType}.{method.Name} does not fit the delegate type {type}.", e);
        }
    }

    private object? ReadTarget()
    {
        switch (_reader.NextType)
        {
            case MessagePackType.Nil:
                _reader.TryReadNil();
                return null;
            case MessagePackType.Boolean:
                return ReadToken();
            case MessagePackType.Integer:
                var number = _reader.ReadInt32();
                return number < 0 ? FunctionAt(-1 - number) : EnvironmentAt(number);
            default:
                Expect(_reader.ReadArrayHeader() == 2, "type and value");
                var type = _identities.ReadType();
                return _formatters.Get(type).ReadObject(_reader);
        }
    }

    private void ReadContent(object environment)
    {
        var type = EnvironmentType.Of(environment.GetType());
        for (var count = _reader.ReadMapHeader(); count > 0; count--)
        {
            var index = _reader.ReadInt32();
            Expect((uint)index < (uint)type.Fields.Length, "the number of a field");
            var field = type.Fields[index];
            field.Info.SetValue(environment, field.MayBeNull && _reader.TryReadNil() ? null : ReadField(field));
        }
    }

    private object? ReadField(EnvironmentField field) => field.KindAmong(_formatters.Users) switch
    {
        CaptureKind.Environment => Checked(EnvironmentAt(_reader.ReadInt32()), field.Info),
        CaptureKind.Function => Checked(FunctionAt(_reader.ReadInt32()), field.Info),
        CaptureKind.CancellationToken => ReadToken(),
        _ => _formatters.Get(field.Info.FieldType).ReadObject(_reader),
    };

    private static object Checked(object content, FieldInfo field)
    {
        Expect(field.FieldType.IsInstanceOfType(content), $"a {field.FieldType}");
        return content;
    }

    private CancellationToken ReadToken() => _reader.ReadBoolean() ? _itemToken : CancellationToken.None;

    private Delegate FunctionAt(int number) => (uint)number < (uint)_functions.Count
        ? _functions[number]
        : throw new MessagePackException($"A function with the number {number}, of {_functions.Count}.");

    private object EnvironmentAt(int number) => (uint)number < (uint)_environments.Count
        ? _environments[number]
        : throw new MessagePackException($"An environment with the number {number}, of {_environments.Count}.");
}
