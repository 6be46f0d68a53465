using System.Reflection;
using System.Runtime.CompilerServices;
using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Rebuilds a delegate from what <see cref="FunctionWriter"/> wrote.</summary>
internal readonly struct FunctionReader
{
    private readonly IdentityReader _identities;
    private readonly CancellationToken _itemToken;
    private readonly ValueContext _context;
    private readonly List<object> _environments = [];
    private readonly List<Delegate> _functions = [];

    static FunctionReader() => FunctionFormatters.Register();

    private FunctionReader(CancellationToken itemToken, ValueContext context)
    {
        _identities = new IdentityReader(context.MayNameFiles);
        _itemToken = itemToken;
        _context = context;
    }

    /// <summary>Reads a function with its captured values.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="itemToken">The token that replaces every captured cancellation token that can be canceled.</param>
    /// <param name="context">Says who sent the bytes, and has the formatters of the captured values.</param>
    /// <exception cref="FunctionException">This process does not have the code of the function.</exception>
    /// <exception cref="BrokenValueException">The bytes do not encode a function.</exception>
    public static Delegate Read(ref MessagePackReader reader, CancellationToken itemToken, ValueContext context) =>
        Read(ref reader, itemToken, context, isWholeValue: true);

    /// <summary>Reads a function that is a part of a value.</summary>
    /// <inheritdoc cref="Read(ref MessagePackReader, CancellationToken, ValueContext)"/>
    public static Delegate ReadWithin(ref MessagePackReader reader, CancellationToken itemToken, ValueContext context) =>
        Read(ref reader, itemToken, context, isWholeValue: false);

    private static Delegate Read(ref MessagePackReader reader, CancellationToken itemToken, ValueContext context, bool isWholeValue)
    {
        var around = FunctionFormatters.ItemToken;
        FunctionFormatters.ItemToken = itemToken;
        try
        {
            var functions = new FunctionReader(itemToken, context);
            if (!isWholeValue) return functions.Read(ref reader);
            using var scope = new ReadScope(ref reader);
            var function = functions.Read(ref reader);
            scope.Complete(ref reader, context);
            return function;
        }
        catch (Exception e) when (BrokenValueException.MustReplace(e))
        {
            throw BrokenValueException.Of(e);
        }
        catch (Exception e) when (e is not (FunctionException or BrokenValueException or ValueException or IOException or ObjectDisposedException or OutOfMemoryException))
        {
            // Static constructors of the user's classes can throw anything, and so can reflection if the bytes are damaged.
            throw new FunctionException($"The function cannot be rebuilt in this process: {e.Message}", e);
        }
        finally
        {
            FunctionFormatters.ItemToken = around;
        }
    }

    private static void Expect(bool condition, string expected)
    {
        if (!condition) throw new BrokenValueException($"Expected {expected}, found something else.");
    }

    private Delegate Read(ref MessagePackReader reader)
    {
        Expect(reader.ReadArrayHeader() == 4, "a function");

        // Let the lists grow while reading: five bytes are enough to claim any count.
        for (var count = reader.ReadArrayHeader(); count > 0; count--) _environments.Add(RuntimeHelpers.GetUninitializedObject(ReadEnvironmentType(ref reader)));
        for (var count = reader.ReadArrayHeader(); count > 0; count--) _functions.Add(ReadFunction(ref reader));
        var root = FunctionAt(reader.ReadInt32());
        Expect(reader.ReadArrayHeader() == _environments.Count, "the content of each environment");
        foreach (var environment in _environments) ReadContent(ref reader, environment);
        return root;
    }

    private Type ReadEnvironmentType(ref MessagePackReader reader)
    {
        var others = reader.ReadArrayHeader() - 1;
        var type = _identities.ReadType(ref reader);
        for (; others > 0; others--) _identities.TryReadAssembly(ref reader);
        Expect(EnvironmentType.Includes(type, _context.Formatters.Users), "a closure or a user's class");
        return type;
    }

    private Delegate ReadFunction(ref MessagePackReader reader)
    {
        Expect(reader.ReadArrayHeader() == 3, "delegate type, method and target");
        var type = _identities.ReadType(ref reader);
        var method = _identities.ReadMethod(ref reader);
        var target = ReadTarget(ref reader);
        try
        {
            return Delegate.CreateDelegate(type, target, method);
        }
        catch (ArgumentException e)
        {
            throw new FunctionException($"{method.DeclaringType}.{method.Name} does not fit the delegate type {type}.", e);
        }
    }

    private object? ReadTarget(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.TryReadNil();
                return null;
            case MessagePackType.Boolean:
                return ReadToken(ref reader);
            case MessagePackType.Integer:
                var number = reader.ReadInt32();
                return number < 0 ? FunctionAt(-1 - number) : EnvironmentAt(number);
            default:
                Expect(reader.ReadArrayHeader() == 2, "type and value");
                var type = _identities.ReadType(ref reader);
                return _context.Formatters.Get(type).DeserializeObject(ref reader, _context);
        }
    }

    private void ReadContent(ref MessagePackReader reader, object environment)
    {
        var type = EnvironmentType.Of(environment.GetType());
        for (var count = reader.ReadMapHeader(); count > 0; count--)
        {
            var index = reader.ReadInt32();
            Expect((uint)index < (uint)type.Fields.Length, "the number of a field");
            var field = type.Fields[index];
            field.Info.SetValue(environment, field.MayBeNull && reader.TryReadNil() ? null : ReadField(ref reader, field));
        }
    }

    private object? ReadField(ref MessagePackReader reader, EnvironmentField field) => field.KindAmong(_context.Formatters.Users) switch
    {
        CaptureKind.Environment => Checked(EnvironmentAt(reader.ReadInt32()), field.Info),
        CaptureKind.Function => Checked(FunctionAt(reader.ReadInt32()), field.Info),
        CaptureKind.CancellationToken => ReadToken(ref reader),
        _ => _context.Formatters.Get(field.Info.FieldType).DeserializeObject(ref reader, _context),
    };

    private static object Checked(object content, FieldInfo field)
    {
        Expect(field.FieldType.IsInstanceOfType(content), $"a {field.FieldType}");
        return content;
    }

    private CancellationToken ReadToken(ref MessagePackReader reader) => reader.ReadBoolean() ? _itemToken : CancellationToken.None;

    private Delegate FunctionAt(int number) => (uint)number < (uint)_functions.Count
        ? _functions[number]
        : throw new BrokenValueException($"There is no function number {number}; {_functions.Count} have been read.");

    private object EnvironmentAt(int number) => (uint)number < (uint)_environments.Count
        ? _environments[number]
        : throw new BrokenValueException($"There is no environment number {number}; {_environments.Count} have been read.");
}
