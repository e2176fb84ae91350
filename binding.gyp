{
  # The same addon by node-gyp, for those who embed caisson with it: `npx node-gyp rebuild`. The project's own build is
  # CMake (npm run build), and "gypfile": false in package.json keeps npm install from compiling. Sources stand in
  # addon/sources.txt, for both.
  # (node-gyp names objects without the ending, so no two sources may differ in that only: image.cpp, image_bytes.S.)
  "targets": [
    {
      "target_name": "caisson-native",
      "type": "none",
      "actions": [
        {
          "action_name": "static_program",
          "inputs": ["addon/native/CMakeLists.txt", "addon/native/sources.txt", "<!@(ls addon/native/*.h addon/native/*.cpp addon/native/*/*.h addon/native/*/*.cpp addon/native/*/*/*.h addon/native/*/*/*.cpp addon/wire/*.h 2>/dev/null || true)"],
          "outputs": ["<(SHARED_INTERMEDIATE_DIR)/caisson-native"],
          "action": ["sh", "-c", "cmake -S addon/native -B '<(SHARED_INTERMEDIATE_DIR)' && cmake --build '<(SHARED_INTERMEDIATE_DIR)'"],
        },
      ],
    },
    {
      "target_name": "caisson",
      "dependencies": ["caisson-native"],
      "sources": ["<!@(grep -v '^#' addon/sources.txt)", "addon/src/image_bytes.S"],
      "include_dirs": ["addon", "addon/wire", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NAPI_CPP_EXCEPTIONS", "_GNU_SOURCE"],
      "cflags": ["-Wa,-I<(SHARED_INTERMEDIATE_DIR)"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-Os", "-Wall", "-Wextra", "-fvisibility=hidden"],
      "libraries": ["-l:libseccomp.a"],
      "ldflags": ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL"],
    },
  ],
}
