// How Embind makes a JavaScript function of a bound one: when it is first asked for, because a page
// calls a few of hundreds. Numbers cross as they are (see wire.h), so that function is the WebAssembly
// one itself: no converters in between, no arrays of arguments. An address may come out negative;
// whoever reads there says >>> 0. The few functions that take or give strings are converted.

// The types for TypeScript are written by Embind as it is.
if (!EMBIND_GEN_MODE) {
  const asIs = (type, name, _a, _b, _c) => {
    wireTypes[type] = { name: AsciiToString(name), from: (value) => value, to: (value) => value };
  };
  for (const type of ['float', 'integer', 'void']) {
    addToLibrary({
      [`_embind_register_${type}__deps`]: ['$AsciiToString', '$wireTypes'],
      [`_embind_register_${type}`]: asIs,
    });
  }
  // No bound function has these types.
  const unused = ['bigint', 'emval', 'memory_view', 'std_wstring'];
  addToLibrary(Object.fromEntries(unused.map((type) => [`_embind_register_${type}`, (_a, _b, _c, _d, _e) => {}])));
  addToLibrary({
    $wireTypes: {},
    _embind_register_bool__deps: ['$wireTypes'],
    _embind_register_bool: (type, _name, _true, _false) => {
      wireTypes[type] = { name: 'bool', from: (value) => !!value, to: (value) => +value };
    },
    // In memory a string is its length and its UTF-8.
    _embind_register_std_string__deps: [
      '$UTF8ToString', '$lengthBytesUTF8', '$stringToUTF8', '$wireTypes', 'free', 'malloc',
    ],
    _embind_register_std_string: (type, _name) => {
      wireTypes[type] = {
        name: 'string',
        from(at) {
          const text = UTF8ToString(at + 4, HEAPU32[at >> 2], true);
          _free(at);
          return text;
        },
        to(text, allocated) {
          const length = lengthBytesUTF8(text);
          const at = _malloc(4 + length + 1);
          allocated.push(at);
          HEAPU32[at >> 2] = length;
          stringToUTF8(text, at + 4, length + 1);
          return at;
        },
      };
    },
    _embind_register_function__deps: [
      '$getWasmTableEntry', '$heap32VectorToArray', '$wireTypes', 'free',
    ],
    _embind_register_function: (signatureOfCall, count, types, _signature, invoker, target, _async, _nonnull) => {
      let name = '';
      for (let at = signatureOfCall; HEAPU8[at] !== '('.charCodeAt(0); ++at) name += String.fromCharCode(HEAPU8[at]);
      const made = () => {
        const isNumber = ({ name }) => ['int', 'unsigned int', 'double', 'void'].includes(name);
        const [result, ...parameters] = heap32VectorToArray(count, types).map((type) => wireTypes[type]);
        // WebAssembly takes true for 1, but does not give it.
        if (isNumber(result) && parameters.every((type) => isNumber(type) || type.name === 'bool')) {
          return getWasmTableEntry(target);
        }
        const invoke = getWasmTableEntry(invoker);
        return (...args) => {
          const allocated = [];
          try {
            return result.from(invoke(target, ...parameters.map((type, i) => type.to(args[i], allocated))));
          } finally {
            allocated.forEach((at) => _free(at));
          }
        };
      };
      Object.defineProperty(Module, name, {
        configurable: true,
        get() {
          const value = made();
          Object.defineProperty(Module, name, { value });
          return value;
        },
      });
    },
  });
}
